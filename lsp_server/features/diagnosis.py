"""The errors of a text, looked for in bounded time.

Where that takes too long, or fails by a mistake of ours, what is known is told: what was found by then, else
what the tree alone knows. A diagnostic says that it may not be all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from lsp_server import cancellation
from lsp_server.cancellation import StoppedError
from lsp_server.errors import HolegramError
from lsp_server.features.diagnostics import Diagnostic, explanations
from lsp_server.features.mistakes import Mistake
from lsp_server.inspection import Severity
from lsp_server.lalr import accepts, load_grammar
from lsp_server.lalr.bounds import thread_time
from lsp_server.languages import Language
from lsp_server.syntax import BLANKS, SyntaxTree, parse
from lsp_server.text import Span

SECONDS = 5.0
"""Seconds of computing in which the errors of a text are looked for; those of real files take far less."""

LATE, FAILED = "not-all-checked", "internal-error"
"""The codes of what says that the errors may not be all."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The errors of a text, in order of place, with a word of it where they may not be all.

    Attributes:
        found: the errors, and that word.
        failure: what was raised where it is by a mistake of ours that they may not be all.

    """

    found: tuple[Diagnostic, ...]
    failure: Exception | None = None

    @property
    def incomplete(self) -> Diagnostic | None:
        """What says that the errors may not be all."""
        return next((one for one in self.found if one.code in (LATE, FAILED)), None)


def spending(seconds: float = SECONDS, clock: Callable[[], float] = thread_time) -> Callable[[], bool]:
    """Tells whether so much was spent since it was asked first: to load a grammar has a limit of its own.

    By default what this thread computes counts, and no waiting.
    """
    ends: list[float] = []

    def over() -> bool:
        if not ends:
            ends.append(clock() + seconds)
        return clock() >= ends[0]

    return over


def diagnosis(
    text: str, tree: Callable[[], SyntaxTree | None], over: Callable[[], bool] | None = None
) -> Diagnosis:
    """The errors of a text; none where its language is unknown.

    Args:
        text: the text.
        tree: makes its tree, or gives none where the language is unknown.
        over: tells when to look no more; by default after `SECONDS`.

    Raises:
        HolegramError: the language cannot be used.

    """
    found: list[tuple[Diagnostic, Mistake]] = []
    over = spending() if over is None else over
    try:
        known = tree()
        if known is not None:
            found.extend(explanations(known, load_grammar(known.language), over))
            cancellation.check(lambda: not known.whole)
    except StoppedError:
        return Diagnosis((*_told(found), _word(text, LATE)))
    except HolegramError:
        raise
    except Exception as failure:
        return Diagnosis((*_told(found or _from_tree(tree, over)), _word(text, FAILED)), failure)
    return Diagnosis(_told(found))


def diagnosis_alone(language: Language, text: str, tree: Callable[[], SyntaxTree] | None = None) -> Diagnosis:
    """The errors of a text of which no tree is known; `tree` makes it, for who needs it too.

    Where the grammar would make it, a text that the grammar takes needs none: that is told several times as
    fast.

    Raises:
        HolegramError: the language cannot be used.

    """
    sound = False
    if language.parser.module is None:
        with suppress(StoppedError):
            sound = accepts(load_grammar(language), text)
    make = partial(parse, language, text) if tree is None else tree
    return diagnosis(text, lambda: None if sound else make())


def _from_tree(
    tree: Callable[[], SyntaxTree | None], over: Callable[[], bool]
) -> list[tuple[Diagnostic, Mistake]]:
    """What the tree alone knows of errors, as far as that can be told."""
    found: list[tuple[Diagnostic, Mistake]] = []
    with suppress(Exception):
        known = tree()
        if known is not None:
            found.extend(explanations(known, None, over))
    return found


def _told(found: list[tuple[Diagnostic, Mistake]]) -> tuple[Diagnostic, ...]:
    return tuple(sorted((diagnostic for diagnostic, _ in found), key=lambda one: one.span))


def _word(text: str, code: str) -> Diagnostic:
    """What says, where a text begins, that its errors may not be all."""
    start = len(text) - len(text.lstrip(BLANKS))
    why = {
        LATE: "looking for them took too long",
        FAILED: "looking for them failed by a mistake in Holegram, which its log describes",
    }
    message = f"not all errors of this file may be shown: {why[code]}"
    return Diagnostic(
        Span(start, max(start + 1, len(text[:start]))), message, code, severity=Severity.WARNING
    )
