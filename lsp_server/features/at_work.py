"""A model at work: for each token of a suggestion what else was likely, and what forbade it.

The suggestion is spelled once more as its model spells it, and at each token the likeliest others are put to
the same judges as when it was made: the oracle, the names that exist, and the masks with and without what
follows the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lsp_server.constraint import Oracle, load_grammar
from lsp_server.decoding import MaskGrammar, Model, Statistics, heal_start
from lsp_server.decoding.engine import Mask
from lsp_server.decoding.tokenset import TokenSet, likeliest
from lsp_server.features.attempt import guard_at
from lsp_server.features.completion import CompletionRequest
from lsp_server.features.levels import ConstraintLevel, free_text, text_at
from lsp_server.features.placing import CursorPlace, NoPlace, place_of
from lsp_server.features.preparing import decoder_of, holes_at, left_holes_at, oracle_at
from lsp_server.text import Span

_SHOWN = 5
"""So many tokens are told of at each place, the one that was taken among them."""


class Ruling(StrEnum):
    """What is said of a token at a place: that it is possible, or what forbids it.

    One that `FOLLOWS` need not be written: it stands after the cursor already.
    """

    POSSIBLE = "possible"
    FOLLOWS = "follows"
    GRAMMAR = "grammar"
    NAMES = "names"
    RIGHT = "right"


_FORBIDDING = frozenset({Ruling.GRAMMAR, Ruling.NAMES, Ruling.RIGHT})


@dataclass(frozen=True, slots=True)
class Contender:
    """A token that the model might write at a place; where it `ends` the suggestion, it has no text.

    One was `taken`. Its ruling forbids it only where nothing was held to that.
    """

    text: str
    probability: float
    ruling: Ruling
    taken: bool
    ends: bool = False


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """A token of a suggestion and its contenders, the likeliest first; the last one may be its end."""

    text: str
    contenders: tuple[Contender, ...]


@dataclass(frozen=True, slots=True)
class FreeWriting:
    """What the model writes without any constraint.

    `wrong` is the offset in it from which on it cannot stand, for the reason of the `ruling`; at its end that
    is because of what follows the cursor. There is none where all of it fits.
    """

    text: str
    wrong: int | None = None
    ruling: Ruling = Ruling.POSSIBLE


@dataclass(frozen=True, slots=True)
class WorkShown:
    """What a model did at a cursor, where it was held to so much; a `reason` where no place is known."""

    level: ConstraintLevel
    text: str = ""
    choices: tuple[TokenChoice, ...] = ()
    free: FreeWriting = FreeWriting("")
    reason: str | None = None


def work_at(
    level: ConstraintLevel, request: CompletionRequest, model: Model, cancelled: Callable[[], bool]
) -> WorkShown:
    """What a model does at a cursor; `request` has what it is held to at the highest level.

    Raises:
        StoppedError: it was cancelled.
        GrammarError: the bundle's grammar cannot be used.

    """
    heal = heal_start(request.text, request.offset)
    place = place_of(request.prefix_or_new, request.landmarks, request.offset, heal, cancelled)
    if isinstance(place, NoPlace):
        return WorkShown(level, reason=place.reason)
    judges = _Judges(request, place, model, cancelled)
    free = free_text(request, model, cancelled).text
    text = free if level is ConstraintLevel.OFF else text_at(level, request, model, cancelled)
    return WorkShown(level, text, tuple(judges.choices(text)), judges.free_writing(free))


class _Judges:
    """Those who say whether a token may come next at one place."""

    def __init__(
        self, request: CompletionRequest, place: CursorPlace, model: Model, cancelled: Callable[[], bool]
    ) -> None:
        grammar, text, offset = load_grammar(request.language), request.text, request.offset
        self._after = text[offset:].lstrip()
        self._multiline = request.multiline
        self._model = model
        self._cancelled = cancelled
        self._heal = text[place.heal : offset]
        self._prompt = model.prompt(text, Span(place.heal, offset), request.language.id)
        self._oracle = oracle_at(request.prefix_or_new, request.landmarks, offset, place, cancelled)
        self._left = Oracle(grammar, text[:offset], place.state)
        self._names = guard_at(request, place, request.landmarks.edited)
        self._masks = (
            self._mask(holes_at(request.language, text, place)),
            self._mask(left_holes_at(request.language, text, place)),
        )

    def _mask(self, holes: Iterable[MaskGrammar]) -> Mask | None:
        found = decoder_of(self._model).mask(holes, Statistics(), self._cancelled)
        return None if found is None else found.copy()

    def choices(self, text: str) -> Iterable[TokenChoice]:
        """Each token of a text that was written, and whatever might have come in its place.

        Nothing is told of what comes after one that is forbidden.
        """
        vocabulary, index = self._model.vocabulary, decoder_of(self._model).index
        given = self._heal.encode("utf-8", "replace")
        tokens = vocabulary.encode(self._heal + text)
        rows = self._model.next_logits([*self._prompt, *tokens], len(tokens) + 1, self._cancelled)
        with_right, left_only = self._masks
        spelled = b""
        for row, token in zip(rows, [*tokens, vocabulary.end], strict=True):
            after = spelled + vocabulary.tokens[token]
            ends = token == vocabulary.end
            if len(after) > len(given) or ends:
                left = given[len(spelled) :]
                usable = TokenSet.of(range(len(vocabulary)), len(row)) if not left else index.compatible(left)
                shown = self._contenders(row, token, spelled, usable, with_right, left_only)
                new = after[max(len(given), len(spelled)) :].decode("utf-8", "replace")
                yield TokenChoice("" if ends else new, shown)
                if any(one.taken and one.ruling in _FORBIDDING for one in shown):
                    return
            spelled = after
            with_right = with_right if with_right is not None and with_right.consume([token]) else None
            left_only = left_only if left_only is not None and left_only.consume([token]) else None

    def _contenders(
        self,
        row: NDArray[np.float32],
        taken: int,
        spelled: bytes,
        usable: TokenSet,
        with_right: Mask | None,
        left_only: Mask | None,
    ) -> tuple[Contender, ...]:
        ids = usable.tokens()
        weights = np.exp((row[ids] - row[ids].max()).astype(np.float64))
        share = dict(zip(ids.tolist(), (weights / weights.sum()).tolist(), strict=True))
        best = [token for token, _ in zip(likeliest(row, usable), range(_SHOWN), strict=False)]
        if taken not in best:
            best[_SHOWN - 1 :] = [taken]
        given = len(self._heal.encode("utf-8", "replace"))
        shown, ends = list[Contender](), 0.0
        for token in best:
            new = (spelled + self._model.vocabulary.tokens[token])[given:]
            if self._ends(token, new):
                ends += share.get(token, 0.0)
                continue
            text = new[max(0, len(spelled) - given) :].decode("utf-8", "replace")
            ruling = self._ruling(new.decode("utf-8", "ignore"), text)
            refused = with_right is not None and not with_right.takes(token)
            if ruling is Ruling.POSSIBLE and refused and token != taken:
                is_left = left_only is None or left_only.takes(token)
                ruling = Ruling.RIGHT if is_left else Ruling.GRAMMAR
            shown.append(Contender(text, share.get(token, 0.0), ruling, token == taken))
        is_end = taken == self._model.vocabulary.end
        if ends or is_end:
            typed = spelled[given:].decode("utf-8", "ignore")
            shown.append(Contender("", ends, self._ruling_of_end(typed), is_end, ends=True))
        return tuple(sorted(shown, key=lambda one: -one.probability))

    def _ends(self, token: int, new: bytes) -> bool:
        """Whether a token ends the suggestion: the model's end, or a line end where one line is written."""
        special = token in self._model.vocabulary.special or not self._model.vocabulary.tokens[token]
        return special or (not self._multiline and (b"\n" in new or b"\r" in new))

    def _ruling(self, typed: str, last: str = "") -> Ruling:
        """What is said of a text that may go on, of which some letters are the last."""
        if last.strip() and self._after.startswith(last.strip()):
            before = typed[: len(typed) - len(last)]
            if before.strip() and self._oracle.fit(before).good:
                return Ruling.FOLLOWS
        if not self._oracle.viable(typed):
            return Ruling.GRAMMAR
        strays = self._names is not None and self._names.stray(typed) is not None
        return Ruling.NAMES if strays else Ruling.POSSIBLE

    def _ruling_of_end(self, typed: str) -> Ruling:
        """What is said of a text that ends."""
        if self._oracle.fit(typed).good:
            return Ruling.POSSIBLE
        return Ruling.RIGHT if self._left.fit(typed).good else Ruling.GRAMMAR

    def free_writing(self, text: str) -> FreeWriting:
        """Where a text that was written without a constraint goes wrong."""
        tokens = self._model.vocabulary.tokens
        given, spelled = len(self._heal.encode("utf-8", "replace")), b""
        for token in self._model.vocabulary.encode(self._heal + text):
            begun = len(spelled[given:].decode("utf-8", "ignore"))
            spelled += tokens[token]
            ruling = self._ruling(spelled[given:].decode("utf-8", "ignore"))
            if ruling is not Ruling.POSSIBLE:
                return FreeWriting(text, begun, ruling)
        if not text or self._oracle.fit(text).good:
            return FreeWriting(text)
        return FreeWriting(text, len(text), self._ruling_of_end(text))


def as_data(shown: WorkShown) -> dict[str, object]:
    """The same as plain data, for whoever shows it."""
    data = asdict(shown)
    for choice in data["choices"]:
        for contender in choice["contenders"]:
            contender["probability"] = round(contender["probability"], 4)
    return data
