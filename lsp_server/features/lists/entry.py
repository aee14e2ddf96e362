"""What stands in a completion list, and where it comes from: plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from lsp_server.languages import Builtin, Snippet
from lsp_server.text import Span

MOST = 200
"""The most entries of one list."""


class Origin(Enum):
    """Where an entry comes from."""

    TYPED = "the word as it is typed, which is complete"
    NAME = "a name that may be meant here"
    KEYWORD = "a keyword of the grammar"
    SIGN = "a sign of the grammar"
    BUILTIN = "a name that the language brings"
    SNIPPET = "a whole construct"
    WORD = "a word of the texts nearby"
    MODEL = "a word that the model would write"

    @property
    def is_typed(self) -> bool:
        """Whether it is what stands there already."""
        return self is Origin.TYPED


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to put in the place of a span, which is the word typed so far.

    Of a name, `candidate` is how it is written where it is defined; `about` is the builtin or the snippet.
    """

    text: str
    span: Span
    origin: Origin
    candidate: str | None = None
    about: Builtin | Snippet | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries for a cursor, in an order that tells of no model.

    Attributes:
        entries: what may stand there.
        span: the word typed so far.
        typed: that word.
        takes: whether another word may stand there too.
        typed_is_known: whether what is typed may stand there, and something else knows that word too.

    """

    entries: tuple[Entry, ...]
    span: Span
    typed: str = ""
    takes: Callable[[str], bool] = field(default=lambda word: False, repr=False)
    typed_is_known: bool = False

    @classmethod
    def nothing(cls, offset: int) -> Listing:
        """The list of a cursor at which nothing may stand."""
        return cls((), Span(offset, offset))
