"""The place of a cursor: the state before it, the lexemes after it, and how far back the model spells again.

Where the top-level elements begin, from which the text is read, comes from the tree, and before there is one
from the margin. That is a guess, to be compared with what the tree says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from lsp_server.cache import cached_property
from lsp_server.constraint import (
    RELAXATIONS,
    CursorState,
    ParseFailure,
    Prefix,
    Window,
    windows,
)
from lsp_server.features.reasons import IN_COMMENT, OUTSIDE, TOO_DEEP
from lsp_server.features.wording import LexemeNames
from lsp_server.repair import Boundaries, Reached, Way, likeliest, places
from lsp_server.syntax import Landmarks
from lsp_server.text import LineIndex

_ANCHORS = 3
_MOST_EXPECTED = 4
_STRIDE = 128
"""A hole grammar is made at the line that holds each so-manieth character, and serves whole lines.

So to type on in a line makes no new one.
"""

DEEPEST = 300
"""A cursor in so many parts that are not at their end has no place: hole grammars nest as deeply.

Of the bundles' languages that is a hundred brackets and more. Real files have a tenth of that.
"""

_LONGEST_LEAD = 1_000
"""To feed more characters than this to a hole grammar takes longer than to make one."""


@dataclass(frozen=True, eq=False)
class CursorPlace:
    """What is known of a cursor at which something can be typed.

    The model spells again what stands from `heal` on. There are several `ways` to read what stands before it
    where that has mistakes. What only a mask needs, or a way home, is read on first use.
    """

    prefix: Prefix = field(repr=False)
    ways: tuple[Way, ...]
    heal: int
    read_back: Callable[[], CursorState | ParseFailure | None] = field(repr=False)

    @property
    def state(self) -> CursorState:
        """The state at the cursor, as the first way has it."""
        return self.ways[0].state

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The readings of what follows the cursor."""
        return windows(self.prefix.grammar, self.prefix.text, self.state, RELAXATIONS[0])

    @cached_property
    def base(self) -> CursorState | None:
        """A state farther back, if one is of use, and what stands since then is read in the same way."""
        back, state = self.read_back(), self.state
        if not isinstance(back, CursorState) or not 0 < state.offset - back.offset <= _LONGEST_LEAD:
            return None
        return back if back.here.same_as(state.here) else None

    def same_as(self, other: CursorPlace) -> bool:
        """Whether two places at one cursor are the same for what is typed; not known after repairs."""
        if self.heal != other.heal or self.state.repairs or other.state.repairs:
            return False
        if self.base is None or other.base is None:
            return self.base is other.base and _alike(self.state, other.state)
        return _alike(self.state, other.state) and _alike(self.base, other.base)


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Why nothing can be suggested at a cursor; if it is for a syntax error, where that is.

    `expected` are the lexemes that could stand there, where they are known.
    """

    reason: str
    error: int | None = None
    expected: tuple[str, ...] = ()


def place_of(
    prefix: Prefix,
    landmarks: Landmarks,
    offset: int,
    heal: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> CursorPlace | NoPlace:
    """The place of a cursor, or the reason why nothing can be suggested there.

    Args:
        prefix: of the text.
        landmarks: of the text.
        offset: the cursor.
        heal: from where on the model is to spell again, at least.
        cancelled: asked before each lexeme that is read for repairs.

    Raises:
        StoppedError: it was cancelled.

    """
    grammar, text = prefix.grammar, prefix.text
    far = _far(text, offset, heal)
    anchors = anchors_of(landmarks, far)
    anchors += [anchor for anchor in anchors_of(landmarks, heal) if anchor > far]
    state = prefix.at(offset, anchors, heal, landmarks.alike)
    boundaries = Boundaries(grammar, text, offset)
    if isinstance(state, CursorState) and not boundaries.within(state.offset, offset):
        ways = likeliest(grammar, text, (Reached(state, 0),), boundaries, cancelled)
    else:
        # What reads as a text over lines that begin elements may be one, or lack its end.
        text_begun = (Reached(state, 0),) if isinstance(state, CursorState) else ()
        reached = (*text_begun, *places(prefix, boundaries, offset, heal, cancelled))
        ways = likeliest(grammar, text, reached, boundaries, cancelled)
    if not ways:
        assert isinstance(state, ParseFailure)
        naming = LexemeNames(grammar)
        wanted = naming.telling(state.expected)[:_MOST_EXPECTED]
        more = f"expected {naming.any_of(wanted)}" if wanted else ""
        return replace(_error_before(text, state.offset, more), expected=state.expected)
    if ways[0].state.commented:
        return NoPlace(OUTSIDE if grammar.is_outside(ways[0].state.here) else IN_COMMENT)
    if max(way.state.stack.depth for way in ways) > DEEPEST:
        return NoPlace(TOO_DEEP.format(DEEPEST))
    back = partial(prefix.at, offset, anchors, far, landmarks.alike)
    return CursorPlace(prefix, ways, max(heal, ways[0].state.offset), back)


def likely_place(prefix: Prefix, landmarks: Landmarks, offset: int, heal: int) -> CursorPlace | None:
    """The place of a cursor if elements begin where the margin suggests; None where that cannot be.

    It asks for no tree. The arguments are those of `place_of`.
    """
    far = _far(prefix.text, offset, heal)
    anchors = landmarks.likely_starts(far)
    state = prefix.near(offset, anchors, heal)
    if state is None or state.commented or state.stack.depth > DEEPEST:
        return None
    boundaries = Boundaries(prefix.grammar, prefix.text, offset)
    ways = likeliest(prefix.grammar, prefix.text, (Reached(state, 0),), boundaries)
    return CursorPlace(prefix, ways, max(heal, state.offset), partial(prefix.near, offset, anchors, far))


def _far(text: str, offset: int, heal: int) -> int:
    """Where the state farther back is looked for."""
    line = text.rfind("\n", 0, offset) + 1
    return min(heal, text.rfind("\n", 0, line - line % _STRIDE) + 1)


def _alike(one: CursorState, other: CursorState) -> bool:
    same = (one.cursor, one.offset, one.commented) == (other.cursor, other.offset, other.commented)
    return same and one.stack.same_as(other.stack) and one.here.same_as(other.here)


def _error_before(text: str, offset: int, more: str) -> NoPlace:
    """The reason that is an error before the cursor."""
    line, column = LineIndex(text).position(offset)
    reason = f"syntax error before the cursor, at {line + 1}:{column + 1}"
    return NoPlace(f"{reason}: {more}" if more else reason, offset)


def anchors_of(landmarks: Landmarks, offset: int) -> list[int]:
    """Starts of top-level elements at or before an offset.

    The best is a few elements back: where the tree is broken near the cursor it may take the middle of an
    element for a beginning, and the parser, coming from farther away, does not.
    """
    found = [landmarks.element_start(offset)]
    while found[-1] > 0 and len(found) < _ANCHORS:
        found.append(landmarks.element_start(found[-1] - 1))
    return [anchor for anchor in reversed(found) if anchor > 0]
