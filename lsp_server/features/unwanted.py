"""What no suggestion may say though the grammar allows it: what is there already, or was just taken away.

Each rule tells how much of a text is enough to see it: whatever begins so is not wanted either. Must not know
a language, nor how a suggestion is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lsp_server.features.mistakes import near_to
from lsp_server.features.once import said_again
from lsp_server.features.reasons import Filter
from lsp_server.languages import Language
from lsp_server.names.existing import Existing
from lsp_server.names.naming import names_around
from lsp_server.names.unique import declared_already
from lsp_server.syntax import SyntaxTree, still_open
from lsp_server.text import Span, put_back

_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W_]+")

_COMPARED = re.compile(
    r"(?<![\w.])(?P<one>\w+(?:\.\w+)+)[ \t]*(?:==?|!=|<>|[<>]=?)[ \t]*(?P<other>\w+(?:\.\w+)+)"
    r"(?![\w.(\[]|[ \t]*[-+*/%|&^])[ \t]*"
)
"""Two members that are compared, and nothing is worked out of the second."""

_ENOUGH_COMPARED = 10
"""So many comparisons of members must stand elsewhere, none of one with itself, for none to be suggested. In
the corpora 3 of 3,141 in SQL are, all of numbers; of 35 in Terraform 8, where a provider is passed on so.
"""

_LEAST = 3
"""So many letters and digits make a line that is worth saying only once."""

_SOON = 4
"""What stands already counts among so many first words: who takes a suggestion by words gains from more."""

_WHOLE_WORD = 6
"""So many letters are a word of their own that is not by chance the end of another one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cursor in a text, the texts `beside` that are the person's too, and what was just `deleted` there.

    `names` are those that exist, where that counts.
    """

    language: Language
    text: str = field(repr=False)
    offset: int
    beside: Sequence[str] = field(default=(), repr=False)
    deleted: str = ""
    names: Existing | None = field(default=None, repr=False)

    @property
    def others(self) -> Sequence[str]:
        """All that the person has but for the cursor's line."""
        start, end = self.offset - len(self.line), self.offset + len(self.rest)
        return (self.text[:start], self.text[end:], *self.beside)

    @property
    def line(self) -> str:
        """What stands in the cursor's line before it."""
        return self.text[self.text.rfind("\n", 0, self.offset) + 1 : self.offset]

    @property
    def rest(self) -> str:
        """What stands in the cursor's line after it."""
        return self.text[self.offset :].partition("\n")[0]


class Unwanted:
    """The texts that are not wanted at a spot: it remembers how those begin that it was asked about.

    Args:
        spot: where they would stand.
        comment_in: where a text begins a comment before anything else, if it does.

    """

    def __init__(self, spot: Spot, comment_in: Callable[[str], int | None] = lambda typed: None) -> None:
        self._spot = spot
        self._beginnings: dict[str, Filter] = {}
        rules = dict(_EARLY)
        if not _goes_on_a_comment(spot):
            rules[Filter.BEGINS_COMMENT] = lambda spot, typed: _begun_comment(spot, typed, comment_in)
        self._early: Mapping[Filter, _Rule] = rules

    @property
    def found(self) -> tuple[Filter, ...]:
        """What some text was not wanted for."""
        return tuple(dict.fromkeys(self._beginnings.values()))

    def beginning(self, typed: str, *, whole: bool = False) -> str | None:
        """The beginning of a text that makes it unwanted, as far as is known; if `whole`, also all of it.

        A word that goes on where an unwanted one ends is another word.
        """
        for why, rule in self._early.items():
            end = rule(self._spot, typed)
            if end is not None and (whole or end < len(typed)):
                self._beginnings.setdefault(typed[:end], why)
        for beginning in self._beginnings:
            if typed.startswith(beginning):
                joint = beginning[-1:] + typed[len(beginning) :][:1]
                if (whole and typed == beginning) or (len(joint) == 2 and not _WORD.fullmatch(joint)):
                    return beginning
        return None

    def why(self, typed: str, tree: Callable[[str], SyntaxTree]) -> Filter | None:
        """Why a text is not wanted, the tree of the whole with a text in it being known; None if it is."""
        known = self.beginning(typed, whole=True)
        if known is not None or not typed.strip():
            return None if known is None else self._beginnings[known]
        spot = self._spot
        for why, rule in _WHOLE:
            end = rule(spot, typed)
            if end is not None:
                self._beginnings[typed[:end]] = why
                return why
        for why, end in _twice(spot, typed, tree):
            if len(_WORD.findall(typed[:end])) <= _SOON:
                self._beginnings[typed[:end]] = why
                return why
        return None


def _line_above(spot: Spot, typed: str) -> int | None:
    """The cursor's line becomes the line above once more."""
    start = spot.offset - len(spot.line)
    above = spot.text[:start].rstrip().rpartition("\n")[2].strip()
    first, broken, _ = typed.partition("\n")
    line = spot.line + first + ("" if broken else spot.rest)
    return _last_word(typed) if line.strip() == above and _says_something(above) else None


def _line_below(spot: Spot, typed: str) -> int | None:
    """The last line that is typed is the next one once more."""
    if spot.rest.strip():
        return None
    below = spot.text[spot.offset + len(spot.rest) :].lstrip().partition("\n")[0].strip()
    last = (spot.line + typed).rstrip().rpartition("\n")[2].strip()
    return _last_word(typed) if last == below and _says_something(below) else None


def _rest_of_line(spot: Spot, typed: str) -> int | None:
    """What follows the cursor in its line is typed once more."""
    rest, said = spot.rest.strip(), typed.strip()
    again = rest.startswith(said) or said.endswith(rest)
    return _last_word(typed) if rest and again and _says_something(min(rest, said, key=len)) else None


def _goes_on_a_comment(spot: Spot) -> bool:
    """Whether the line above is a comment: else nobody has asked for words, and a model makes them up."""
    above = spot.text[: spot.offset - len(spot.line)].rstrip().rpartition("\n")[2].lstrip()
    return not spot.line.strip() and above.startswith(spot.language.comment.openers or ("\n",))


def _begun_comment(spot: Spot, typed: str, comment_in: Callable[[str], int | None]) -> int | None:
    """A comment begins."""
    openers = [one for one in spot.language.comment.openers if one in typed]
    place = comment_in(typed) if openers else None
    begun = (one for one in openers if place is not None and typed.startswith(one, place))
    return next((place + len(one) for one in begun if place is not None), None)


def _glued(spot: Spot, typed: str) -> int | None:
    """A whole word that stands elsewhere goes on from letters at the cursor, to one that stands nowhere."""
    letters, rest = re.search(rf"{_LETTERS.pattern}\Z", spot.line), _LETTERS.match(typed)
    if letters is None or rest is None or len(rest.group()) < _WHOLE_WORD or not rest.group()[0].islower():
        return None
    others = spot.others
    alone = _occurs(rest.group(), others)
    return rest.end() if alone and not _occurs(letters.group() + rest.group(), others, begins=True) else None


def _with_itself(spot: Spot, typed: str) -> int | None:
    """A member is compared with itself, as nowhere else."""
    before = len(spot.line)
    for found in _COMPARED.finditer(spot.line + typed):
        if found["one"] == found["other"] and found.end("other") > before:
            texts = (*spot.others, *spot.language.examples.values())
            pairs = [one.group("one", "other") for text in texts for one in _COMPARED.finditer(text)]
            never = len(pairs) >= _ENOUGH_COMPARED and not any(one == other for one, other in pairs)
            return found.end() - before if never else None
    return None


def _occurs(word: str, texts: Sequence[str], *, begins: bool = False) -> bool:
    """Whether a word stands in a text, or one that begins so."""
    end = "" if begins else r"(?![^\W_])"
    found = re.compile(rf"(?<![^\W_]){re.escape(word)}{end}")
    return any(word in text and found.search(text) for text in texts)


_Rule = Callable[[Spot, str], int | None]

_EARLY: dict[Filter, _Rule] = {
    Filter.PUT_BACK: lambda spot, typed: put_back(spot.deleted, typed),
    Filter.GLUED: _glued,
    Filter.ITSELF: _with_itself,
}
"""What is seen of a beginning as well."""

_WHOLE: tuple[tuple[Filter, _Rule], ...] = (
    (Filter.ABOVE, _line_above),
    (Filter.FOLLOWS, _line_below),
    (Filter.FOLLOWS, _rest_of_line),
)
"""What is seen of a whole suggestion."""


def _twice(spot: Spot, typed: str, tree: Callable[[str], SyntaxTree]) -> Iterator[tuple[Filter, int]]:
    """Where it is seen that a text says what may stand only once, and stands already, here or elsewhere.

    Where there are mistakes, it is read as it stands, and as if what is open was closed after the text.
    """
    span = Span(spot.offset, spot.offset + len(typed))
    found = tree(typed)
    trees = [found]
    if not found.sound:
        before = Span(0, span.end)
        brackets = found.brackets(before, near_to(span.end, before))
        closers = dict(spot.language.brackets)
        missing = "".join(closers[bracket.text] for bracket in reversed(still_open(found, brackets)))
        found = tree(f"{typed}\n{missing}\n") if missing else found
        trees += [found] if missing else []
    if "once" in spot.language.queries:
        ends = (said_again(each, span) for each in trees)
        if (end := next((end for end in ends if end is not None), None)) is not None:
            yield Filter.AGAIN, end - spot.offset
    if spot.names is not None:
        for name in names_around(found, spot.offset, len(typed)):
            if span.start < name.span.end <= span.end and declared_already(spot.names, name):
                yield Filter.DECLARED, name.span.end - spot.offset


def _last_word(typed: str) -> int:
    """Where the last word of a text ends; its end where there is none."""
    return max((found.end() for found in _WORD.finditer(typed)), default=len(typed))


def _says_something(line: str) -> bool:
    return sum(map(len, _WORD.findall(line))) >= _LEAST
