"""What to try of a language, found in the examples of its bundle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lsp_server.constraint import check, load_grammar
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.diagnostics import Diagnostic, diagnose
from lsp_server.inspection import is_refused
from lsp_server.inspection.looking import inspect_file
from lsp_server.languages import Language
from lsp_server.models import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.constraint.texts import examples

ASTRAL = "𝒳"
LONG = "abcdefghij" * 50


@dataclass(frozen=True, slots=True)
class Situation:
    """A valid text, what is wrong with it after `wrong` is put in at `place`, and a hole in it.

    The hole is the rest of a line, from `start` to `end`; a character beyond the basic plane stands before it
    in its line. A model that wants `text[start:end]` there has it suggested.
    """

    text: str
    place: int
    wrong: str
    problems: tuple[Diagnostic, ...]
    start: int
    end: int

    @property
    def removed(self) -> str:
        """What stands in the hole."""
        return self.text[self.start : self.end]

    @property
    def script(self) -> dict[str, str]:
        """What a model has to say to fill the hole."""
        return {self.text[max(0, self.start - 60) : self.start]: self.removed}


@cache
def situation_of(language: Language) -> Situation:
    """The first situation that the examples of a language have.

    Raises:
        LookupError: none of them has a text in quotes with something after it in its line.

    """
    for text, start, end in _holes(language):
        for wrong in (*(bracket for pair in language.brackets for bracket in pair), '"', "]"):
            broken = text[:start] + wrong + text[start:]
            problems = diagnose(parse(language, broken), load_grammar(language))
            if problems:
                return Situation(text, start, wrong, tuple(problems), start, end)
    raise LookupError(f"no example of {language.name} has a text in quotes with something after it")


def endless_at(language: Language, text: str) -> tuple[int, dict[str, str]]:
    """A cursor at which a model may go on for very long, and what it has to say for that.

    Raises:
        LookupError: there is none.

    """
    for word in re.finditer(language.word, text):
        script = {text[max(0, word.end() - 60) : word.end()]: LONG}
        request = CompletionRequest(
            text, word.end(), language, Landmarks(parse(language, text)), max_tokens=100
        )
        if complete(request, ScriptedModel(script), lambda: False).tokens >= 100:
            return word.end(), script
    raise LookupError(f"a word of {language.name} is never long")


def _holes(language: Language) -> Iterator[tuple[str, int, int]]:
    """Elements of examples with a hole after a character beyond the basic plane, in the same line."""
    for example in examples(language):
        whole = parse(language, example)
        for quote in re.finditer(r"[\"']", example):
            begin = whole.element_start(quote.start())
            element = example[begin : whole.next_element(quote.end())]
            inside = quote.end() - begin
            text = element[:inside] + ASTRAL + element[inside:]
            tree = parse(language, text)
            if tree.error_count or check(load_grammar(language), text) is not None:
                continue
            if language.grammars and is_refused(inspect_file(Path("a"), text)):
                continue
            end = text.find("\n", inside)
            for blank in re.finditer(r"[ (\[{,=:]", text[inside:end]):
                start = inside + blank.end()
                if text[start:end].strip() and _filled(language, text, start, end):
                    yield text, start, end


def _filled(language: Language, text: str, start: int, end: int) -> bool:
    gap = text[:start] + text[end:]
    script = {text[max(0, start - 60) : start]: text[start:end]}
    request = CompletionRequest(gap, start, language, Landmarks(parse(language, gap)), max_tokens=100)
    items = complete(request, ScriptedModel(script), lambda: False).items
    return [item.text for item in items] == [text[start:end]]
