"""What is known to be well after a cursor: a version of before was read, and was not edited there since."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice

from lsp_server.constraint import CursorState, Grammar, Stack, note_sound, stacks_before
from lsp_server.features.mistakes import MistakeFinder
from lsp_server.syntax import Landmarks, SyntaxTree

_LONG = 5_000
"""Characters, more than which take a while to be read."""

_RESUMES = 4
"""So many elements after a cursor are looked for by one who reads on there."""


class Ahead:
    """What is known of what follows a cursor. Iterated over, it tells where the next few elements begin.

    There are none where something may be wrong before them.

    Args:
        grammar: the language.
        landmarks: of the text.
        offset: the cursor.
        state: the cursor's state, where there is one.

    """

    def __init__(
        self, grammar: Grammar, landmarks: Landmarks, offset: int, state: CursorState | None = None
    ) -> None:
        self._grammar = grammar
        self._landmarks = landmarks
        self._offset = offset
        self._state = state

    @property
    def is_well(self) -> bool:
        """Whether nothing was wrong there before something was typed in the cursor's line, up to the cursor.

        What is wrong elsewhere, though it follows, does not count where it is known how the line was read.
        """
        return self._sound is not None or bool(self.stacks_before)

    @cached_property
    def _sound(self) -> SyntaxTree | None:
        """A version of before that had no mistake."""
        before = self._landmarks.trees_before(self._line, self._offset)
        return next((tree for tree in before if _starts_if_sound(tree, self._grammar) is not None), None)

    @property
    def _line(self) -> int:
        return self._landmarks.text.rfind("\n", 0, self._offset) + 1

    @cached_property
    def stacks_before(self) -> Mapping[int, Stack]:
        """The stacks after the cursor as they were in that line when all was well, or when it was entered.

        They are told by how many characters are left there. There are none where the next element is near
        and no tree shows errors farther on: to read on to that takes no time; nor where the
        line left a bracket open when it was entered: that is to be typed.
        """
        landmarks, state = self._landmarks, self._state
        if state is None or not landmarks.known:
            return {}
        is_wrong = landmarks.last_error > self._offset
        following = landmarks.next_element(self._offset) or len(landmarks.text)
        if not is_wrong and following - self._offset <= _LONG:
            return {}
        # A lenient tree has no errors in what is half typed: the grammar has to agree.
        trees = landmarks.sound_before(self._offset)
        sound = next((one for one in trees if _starts_if_sound(one[0], self._grammar) is not None), None)
        known = sound or (landmarks.entered(self._line, self._offset) if is_wrong else None)
        if known is None:
            return {}
        tree, same_to = known
        return stacks_before(
            self._grammar, tree.text, landmarks.text, state, same_to, sound=sound is not None
        )

    @property
    def damaged_to(self) -> int:
        """Up to where there are errors that are none of what was typed in the cursor's line; 0 if none."""
        last = self._landmarks.last_error
        return 0 if last <= self._offset or self.is_well else last

    def __iter__(self) -> Iterator[int]:
        landmarks = self._landmarks.soundest
        start = landmarks.next_element(self._offset)
        if start is not None and landmarks.has_error_after(start):
            yield from islice(self._known_starts(), _RESUMES)
            return
        for _ in range(_RESUMES):
            if start is None:
                return
            yield start
            start = landmarks.next_element(start + 1)

    def _known_starts(self) -> Iterator[int]:
        """Where elements begin, if all was well in spite of what the tree takes for errors."""
        tree = self._sound
        if tree is None:
            return
        moved = len(self._landmarks.text) - len(tree.text)
        starts = _starts_if_sound(tree, self._grammar) or ()
        yield from (start + moved for start in starts[bisect_right(starts, self._offset - moved) :])


def note_sound_versions(grammar: Grammar, landmarks: Landmarks) -> None:
    """Look over the versions of before: where one has no mistakes, that is known from then on."""
    for tree in landmarks.trees_before(0, len(landmarks.text)):
        _starts_if_sound(tree, grammar)


@lru_cache(maxsize=4)  # one text is typed in at a time, and trees are large
def _starts_if_sound(tree: SyntaxTree, grammar: Grammar) -> tuple[int, ...] | None:
    """Where the elements of a text begin, if it has no mistakes, which is noted; else None.

    A lenient tree shows none, and another takes for some what its parser does not know. Beside that it
    guesses where elements begin.
    """
    finder = MistakeFinder(tree, grammar)
    if finder.finds_any():
        return None
    guessed = finder.fine
    starts = tree.parts.starts
    found = tuple(start for start in starts if not any(span.start < start < span.end for span in guessed))
    note_sound(grammar, tree.text, found)
    return found
