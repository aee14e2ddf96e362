"""What stands in a completion list, and where it comes from: plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from lsp_server.languages import Builtin, Snippet
from lsp_server.text import Span

MOST = 200
"""The most entries of one list."""

_WORDS_FIRST = 5
"""So many words come before the constructs."""


class Origin(Enum):
    """Where an entry comes from."""

    TYPED = "the word as it is typed, which is complete"
    NAME = "a name of the kind that is meant here"
    POSSIBLE = "a name of another kind, or one of another place, that may stand here too"
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
        otherwise: the text of the entry that is the same word in another case; None if there is none.
        typed_is_known: whether what is typed may stand there, and something else knows that word too.
        asked_again: whether an editor has to ask again once a letter is typed.
        nearby: what words of the texts nearby count there, in lower case (see `nearby_words`).

    """

    entries: tuple[Entry, ...]
    span: Span
    typed: str = ""
    takes: Callable[[str], bool] = field(default=lambda word: False, repr=False)
    otherwise: Callable[[str], str | None] = field(default=lambda word: None, repr=False)
    typed_is_known: bool = False
    asked_again: bool = False
    nearby: Mapping[str, float] = field(default_factory=dict, repr=False)

    @classmethod
    def nothing(cls, offset: int) -> Listing:
        """The list of a cursor at which nothing may stand."""
        return cls((), Span(offset, offset))


def shown(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Of some entries, the likeliest first, those that are worth showing: not too many, and what is typed."""
    return (*entries[:MOST], *(entry for entry in entries[MOST:] if entry.origin.is_typed))


def in_order(entries: Sequence[Entry], *, complete: bool, asked_again: bool = False) -> tuple[Entry, ...]:
    """Some entries, the likeliest first, in the order in which a list shows them.

    What is typed comes first where it is `complete`. Where the list is not `asked_again`, a word with which
    another entry begins comes before that: who has typed all of it finds it first. Constructs come after some
    words.
    """
    placed: list[Entry] = []
    begun: set[str] = set()
    for entry in entries:
        text = entry.text
        if entry.origin in (Origin.TYPED, Origin.SNIPPET):
            continue
        longer = (place for place, other in enumerate(placed) if other.text.startswith(text))
        is_before = text in begun and entry.origin is not Origin.SIGN and not asked_again
        placed.insert(next(longer) if is_before else len(placed), entry)
        begun.update(text[:end] for end in range(len(text) + 1))
    snippets = [entry for entry in entries if entry.origin is Origin.SNIPPET]
    found = [*placed[:_WORDS_FIRST], *snippets, *placed[_WORDS_FIRST:]]
    typed = [entry for entry in entries if entry.origin is Origin.TYPED]
    return (*typed, *found) if complete else (*found, *typed)
