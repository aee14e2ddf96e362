"""A person types a given text, in virtual time, and takes over right suggestions, or none.

The person reads at once, so what is saved is an upper bound. The clock is moved by the keys, at even
distances, and by what requests really took, told by the clock of the thread, so that the model has to run in
one; nobody waits. It must not know how a suggestion is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field, replace
from enum import StrEnum
from pathlib import PurePosixPath
from time import thread_time
from typing import Self, TypeVar

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.lab.material.places import PlaceKind, places
from lsp_server.lab.quality.closing import ClosedPair, Closing, margin
from lsp_server.lab.quality.scores import steps
from lsp_server.languages import Language
from lsp_server.names.catalogued import bundled_units
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.naming import compared, names_of
from lsp_server.syntax import Landmarks, SyntaxTree, parse
from lsp_server.text import Edit, Span, common, word_at

_MOST_EDITS = 64
_BLINK_MS = 400
"""What is gone and back within so long has flickered."""


class Accept(StrEnum):
    """What one key takes over of a suggestion: its next step (see `scores.steps`), all of it, or nothing."""

    WORD = "word"
    WHOLE = "whole"
    NEVER = "never"


_S = TypeVar("_S", bound="Sheet")


@dataclass(frozen=True)
class Sheet:
    """A text while it is typed, and the cursor in it."""

    language: Language
    text: str = field(repr=False)
    offset: int

    @classmethod
    def opened(cls, language: Language, stretch: TypedStretch) -> Self:
        """A text with the cursor where a stretch of it is missing."""
        return cls(language, stretch.before + stretch.after, len(stretch.before))

    def typed(self: _S, letters: str, over: int = 0, behind: str = "") -> _S:
        """The text after a key (see `closing.Stroke`): the cursor comes to stand after the letters."""
        text = self.text[: self.offset] + letters + behind + self.text[self.offset + over :]
        return replace(self, text=text, offset=self.offset + len(letters))


@dataclass(frozen=True)
class Draft(Sheet):
    """A document while it is typed in, with what an editor's server keeps of it (see `server.session`).

    `tree` is of the text before `edits`, and `own` has its names; they are made again at each new line.
    """

    stretch: TypedStretch = field(repr=False)
    tree: SyntaxTree = field(repr=False)
    own: Own = field(repr=False)
    edits: tuple[Edit, ...] = field(repr=False)
    prefix: Prefix = field(repr=False)

    @classmethod
    def opened(cls, language: Language, stretch: TypedStretch) -> Self:
        """A document with the cursor where a stretch of it is missing."""
        text = stretch.before + stretch.after
        tree, prefix = parse(language, text), Prefix(load_grammar(language), text)
        own = Own(language, names_of(tree)[0])
        return cls(language, text, len(stretch.before), stretch, tree, own, (), prefix)

    def typed(self, letters: str, over: int = 0, behind: str = "") -> Self:
        """The document after a key."""
        after = super().typed(letters, over, behind)
        edit = Edit(Span(self.offset, self.offset + over), letters + behind)
        prefix, edits = self.prefix.edited((edit,), after.text), (*self.edits, edit)
        new = replace(self, text=after.text, offset=after.offset, edits=edits, prefix=prefix)
        if "\n" not in letters and len(edits) <= _MOST_EDITS:
            return new
        tree = self.tree.edited(edits, after.text)
        return replace(new, tree=tree, own=Own(self.language, names_of(tree)[0]), edits=())

    def landmarks(self) -> Landmarks:
        """What is known of the top-level elements."""
        return Landmarks(self.tree, self.edits, self.text)

    def names(self) -> Existing:
        """Those that exist; without a project others may be declared elsewhere."""
        language, known = self.language, self.stretch.around
        around = NamesAround(language, bundled_units(language)) if known is None else known
        folder = str(PurePosixPath(self.stretch.name).parent)
        begun = compared(word_at(self.text, self.offset, language.word), language.naming)
        return Existing(around, folder, self.own, begun=begun, beyond=known is not None)


Suggester = Callable[[Draft, Callable[[], bool]], str]
"""From a document, and whether the request was overtaken, to what is suggested there; "" for nothing."""


@dataclass(frozen=True, slots=True)
class TypedStretch:
    """A text to type, and what stands in the file `name` before and after it; lines end with a line feed.

    `beside` are the texts of files near it, and `around` has what all others of its project say.
    """

    name: str
    before: str = field(repr=False)
    text: str = field(repr=False)
    after: str = field(repr=False)
    beside: Sequence[str] = field(default=(), repr=False)
    around: NamesAround | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Habits:
    """How the person types, what a key takes over, and what the editor closes by itself."""

    keys_per_second: float = 5.0
    accept: Accept = Accept.WORD
    closing: tuple[ClosedPair, ...] = ()

    @property
    def interval_ms(self) -> float:
        """The time from one key to the next."""
        return 1000 / self.keys_per_second


@dataclass(frozen=True, slots=True)
class Typed:
    """What it took to type texts; all add up.

    `characters` are those of the texts, `keys` those that were hit: one for each character that was typed,
    one for each time that something was taken over, which is counted in `takes`. Indentation that a line has
    in common with the last one before it that is not blank counts as neither: an editor puts it there. What
    the editor closed is typed over, as many characters and keys; a closer on the next line is passed with one
    key, which counts as one character. Where the rest of what was suggested still stands, the server answers
    from memory, which is counted in `recalled`. `commented` counts the characters that were typed in
    comments, where nothing is suggested.
    `shown` counts suggestions that came in time, and were more than the rest of the one that stood there;
    `accepted` those of them of which something was taken. `right` counts those of the `shown` that are what
    the person goes on to write, from the first letter to the last; `begun` those whose first step is, the
    `right` ones among them. The others are wrong. A step that ends within a word of the text is not right.
    `stood` counts the keys that were hit while a suggestion, or what was left of one, stood at the cursor;
    `misled` those of them at which the next step of what stood there was not right. `blinks` counts the texts
    that were shown, though the same text, blanks around it apart, had gone no more than 400 ms before; keys
    take a suggestion away that they do not agree with. `requests` are those that were begun, `overtaken`
    those that the next key stopped, `model_ms` and `wasted_ms` the time that all and those took. `missed`
    counts the keys at which none was begun, since the one before had not stopped yet. `times_ms` are those of
    the requests that were not overtaken.
    """

    characters: int = 0
    keys: int = 0
    commented: int = 0
    takes: int = 0
    shown: int = 0
    accepted: int = 0
    right: int = 0
    begun: int = 0
    stood: int = 0
    misled: int = 0
    blinks: int = 0
    requests: int = 0
    overtaken: int = 0
    missed: int = 0
    recalled: int = 0
    model_ms: float = 0.0
    wasted_ms: float = 0.0
    times_ms: tuple[float, ...] = field(default=(), repr=False)

    def __add__(self, other: Typed) -> Typed:
        return Typed(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))

    @property
    def saved(self) -> float:
        """The share of keys that did not have to be hit."""
        return 1 - self.keys / self.characters if self.characters else 0.0

    @property
    def saved_in_code(self) -> float:
        """The same, what is typed in comments left out."""
        code = self.characters - self.commented
        return 1 - (self.keys - self.commented) / code if code else 0.0


@dataclass(slots=True)
class _Ghost:
    """What stands at the cursor as a suggestion, and whether something was taken of it."""

    text: str = ""
    taken: bool = False


def type_out(language: Language, stretch: TypedStretch, suggest: Suggester, habits: Habits) -> Typed:
    """Type a stretch of a file, key by key, in a document."""
    return type_in(Draft.opened(language, stretch), stretch, suggest, habits)


def type_in(
    draft: _S, stretch: TypedStretch, suggest: Callable[[_S, Callable[[], bool]], str], habits: Habits
) -> Typed:
    """Type a stretch of a file, key by key, where it is opened.

    After each key a suggestion is asked for, once the request before has stopped, unless the rest of the last
    one still stands, which the server remembers. It is there when as much time has passed as it really took;
    where the next key comes first it is overtaken, and of no use. What is shown stays as long as what is
    typed agrees with it and until the next answer, even an empty one, comes. Where the editor closes what is
    typed, or the person types over what it closed, the server is asked anew.
    """
    language = draft.language
    where = places(language, stretch.before + stretch.text + stretch.after)
    closing = Closing.of(stretch.text, where[len(stretch.before) :], habits.closing)
    ghost, result = _Ghost(), Typed()
    gone: list[tuple[str, float]] = []
    now = free = 0.0
    done = 0
    while done < len(stretch.text):
        rest = stretch.text[done:]
        taken = _taken(language, ghost.text, rest, habits.accept)
        if taken:
            closing, stroke = closing.taken(done, taken)
        else:
            closing, stroke = closing.pressed(done, draft.text[: draft.offset], draft.text[draft.offset :])
        letters = stroke.letters
        given = _given(draft, letters, rest)
        commented = not taken and where[len(stretch.before) + done] == PlaceKind.COMMENT
        done += len(letters) + len(given)
        result = replace(
            result,
            characters=result.characters + (len(taken) or 1),
            keys=result.keys + 1 + stroke.more,
            commented=result.commented + commented,
            takes=result.takes + bool(taken),
            accepted=result.accepted + (bool(taken) and not ghost.taken),
            stood=result.stood + bool(ghost.text),
            misled=result.misled + (bool(ghost.text) and not _is_begun(language, ghost.text, rest)),
        )
        is_known = bool(taken) or not (stroke.over or stroke.behind)
        goes_on = is_known and ghost.text.startswith(letters + given)
        if not goes_on and ghost.text:
            gone.append((ghost.text.strip(), now))
        ghost = _Ghost(ghost.text[len(letters) :], ghost.taken or bool(taken)) if goes_on else _Ghost()
        draft = draft.typed(letters + given, stroke.over, stroke.behind)
        now += habits.interval_ms
        if ghost.text:
            result = replace(result, recalled=result.recalled + 1)
            continue
        patience = now + habits.interval_ms - max(now, free)
        if patience <= 0:
            result = replace(result, missed=result.missed + 1)
            continue
        text, ms = _ask(suggest, draft, patience)
        free = max(now, free) + ms
        late = ms > patience
        result = replace(
            result,
            requests=result.requests + 1,
            overtaken=result.overtaken + late,
            model_ms=result.model_ms + ms,
            wasted_ms=result.wasted_ms + (ms if late else 0.0),
            times_ms=result.times_ms if late else (*result.times_ms, ms),
        )
        if not late and text != ghost.text:
            rest, came = stretch.text[done:], free
            blinked = any(old == text.strip() and came - then <= _BLINK_MS for old, then in gone)
            result = replace(
                result,
                shown=result.shown + bool(text),
                right=result.right + (bool(text) and is_right(text, rest)),
                begun=result.begun + (bool(text) and _is_begun(language, text, rest)),
                blinks=result.blinks + (bool(text) and blinked),
            )
            ghost = _Ghost(text)
    return result


def _ask(suggest: Callable[[_S, Callable[[], bool]], str], draft: _S, patience: float) -> tuple[str, float]:
    began = thread_time()
    text = suggest(draft, lambda: 1000 * (thread_time() - began) > patience)
    return text, 1000 * (thread_time() - began)


def is_right(part: str, rest: str) -> bool:
    """Whether the person goes on to write a text, and no more of the word that it ends with."""
    follows = rest[len(part) : len(part) + 1]
    return rest.startswith(part) and not (_is_of_word(part[-1:]) and _is_of_word(follows))


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def _is_begun(language: Language, ghost: str, rest: str) -> bool:
    """Whether the next step of what is suggested is right."""
    return is_right(next(steps(language, ghost), ""), rest)


def _taken(language: Language, ghost: str, rest: str, accept: Accept) -> str:
    """What the person takes over with one key, "" where that is wrong, or no more than the key itself."""
    if accept is Accept.NEVER:
        return ""
    part = ghost if accept is Accept.WHOLE else next(steps(language, ghost), "")
    return part if len(part) > 1 and rest.startswith(part) else ""


def _given(draft: Sheet, letters: str, rest: str) -> str:
    """The indentation that an editor puts in after a line end."""
    if not letters.endswith("\n"):
        return ""
    before = draft.text[: draft.offset] + letters
    last = before.rstrip().rpartition("\n")[2]
    indent = margin(last)
    follows = rest[len(letters) :]
    return indent[: common(indent, follows)]
