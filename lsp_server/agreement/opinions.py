"""What a language's three parsers say of a text: the judge, the constraint grammar, and the syntax tree.

The constraint grammar makes suggestions and the tree checks them, so where the two differ a suggestion is
lost or an error is not shown; where the constraint accepts what the judge rejects, the product's promise
is broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lsp_server.agreement.asking import Judge, Verdict
from lsp_server.constraint import Grammar, check, load_grammar
from lsp_server.languages import Language
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import LineIndex

_HUGE = re.compile(r"\d[eE][+-]?\d{5}")
"""A number that a judge which evaluates what it reads would be busy with for ever."""


class DisagreementKind(StrEnum):
    """How parsers disagree on a text, the worst first; a text shows at most one kind.

    Without a judge nothing is known to be a broken promise, and what is too strict counts as missed.
    """

    BROKEN = "broken promise"
    LOST = "lost suggestion"
    STRICT = "too strict"
    MISSED = "missed diagnostic"

    @property
    def meaning(self) -> str:
        """Who accepts what."""
        return _MEANINGS[self]


_MEANINGS = {
    DisagreementKind.BROKEN: "judge rejects what the constraint accepts",
    DisagreementKind.LOST: "tree rejects what the constraint accepts",
    DisagreementKind.STRICT: "tree and judge accept what the constraint rejects",
    DisagreementKind.MISSED: "tree accepts what the constraint rejects",
}


@dataclass(frozen=True, eq=False)
class Panel:
    """The three parsers of a language; `judge` is None where none is installed."""

    language: Language
    judge: Judge | None

    @property
    def grammar(self) -> Grammar:
        """The constraint."""
        return load_grammar(self.language)

    def kind(self, text: str) -> DisagreementKind | None:
        """How the three disagree on a text; None where they do not, or where it holds a huge number.

        A judge that gave up rejects nothing. That a lenient tree accepts what the grammar rejects is known
        of it, and loses no diagnostic.
        """
        if _HUGE.search(text):
            return None
        if check(self.grammar, text) is None:
            if self.judge is not None and _rejects(self.judge(text)):
                return DisagreementKind.BROKEN
            return None if self.tree(text).error_count == 0 else DisagreementKind.LOST
        if self.tree(text).error_count:
            return None
        if self.judge is not None and self.judge(text).well_formed:
            return DisagreementKind.STRICT
        return None if self.language.parser.lenient else DisagreementKind.MISSED

    def tree(self, text: str) -> SyntaxTree:
        """The syntax tree of a text."""
        return parse(self.language, text)

    def said(self, text: str) -> tuple[str, ...]:
        """One line for each parser that rejects a text: who, where, and why."""
        lines = LineIndex(text)

        def place(offset: int) -> str:
            line, column = lines.position(offset)
            return f"{line + 1}:{column + 1}"

        found: list[str] = []
        failure, tree = check(self.grammar, text), self.tree(text)
        verdict = Verdict(True) if self.judge is None else self.judge(text)
        if failure is not None:
            wanted = " or ".join(failure.expected[:4]) or "nothing"
            found.append(f"constraint rejects it at {place(failure.offset)}: expected {wanted}")
        if tree.error_count:
            problem = tree.problems[0]
            told = "unexpected text" if problem.missing is None else f"missing {problem.missing}"
            found.append(f"tree rejects it at {place(problem.span.start)}: {told}")
        if _rejects(verdict):
            found.append(f"judge rejects it: {verdict.message}")
        return tuple(found)


def _rejects(verdict: Verdict) -> bool:
    return not (verdict.well_formed or verdict.unsure)
