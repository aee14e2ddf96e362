"""What an earlier tree tells of a text, as far as the edits since then did not touch it.

To parse a text that is broken for the moment, as it is between two keystrokes, may cost more than all the
rest of a suggestion. Where the top-level elements begin is known from before: the text up to the first edit
and the text after the last are still the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lsp_server.cache import cached_property
from lsp_server.languages import Language
from lsp_server.syntax.parser import stretch_of
from lsp_server.syntax.tree import SyntaxTree
from lsp_server.text import Edit

_BLANK = re.compile(r"\s")

_LIKELY = 3
_NEAR = 5_000


class Landmarks:
    """Top-level elements of `text`.

    The tree is of an earlier text, which edits that each apply to the result of the one before made into
    this one; without edits it is of the text itself.
    """

    def __init__(
        self,
        tree: SyntaxTree | Callable[[], SyntaxTree],
        edits: Sequence[Edit] = (),
        text: str | None = None,
        sound: Landmarks | None = None,
    ) -> None:
        """A tree that is yet to be made, without edits, is asked for on first use; its text is given.

        `sound` are landmarks of the same text by the tree of an earlier version that had no errors, which may
        have such of an even earlier one.
        """
        self._sound = sound
        self._made = tree if isinstance(tree, SyntaxTree) else None
        self._make = tree if callable(tree) else None
        old = text if text is not None and not edits else self._tree.text
        self.text = old if text is None else text
        self._delta = len(self.text) - len(old)
        span = stretch_of(edits, len(old))
        same_from = span.end + self._delta
        changed = Edit(span, self.text[span.start : same_from])
        is_changed = bool(edits) and changed.text != old[span.start : span.end]
        self._same_to = span.start if is_changed else len(old)
        self._same_from = same_from if is_changed else 0
        self._edits = (changed,) if is_changed else ()

    @property
    def known(self) -> bool:
        """Whether a tree is there, so that nothing has to be parsed to answer."""
        return self._made is not None

    @property
    def _tree(self) -> SyntaxTree:
        if self._made is None:
            assert self._make is not None
            self._made = self._make()
        return self._made

    @property
    def language(self) -> Language:
        """Of the text."""
        return self._tree.language

    @property
    def full_of_errors(self) -> bool:
        """Whether the tree has very many errors."""
        return self._tree.full_of_errors

    @cached_property
    def current(self) -> SyntaxTree:
        """The tree of the text itself, parsed on first use."""
        return self._tree.edited(self._edits, self.text) if self._edits else self._tree

    def after(self, edits: Sequence[Edit], text: str) -> Landmarks:
        """The landmarks after more edits, `text` being the result, with the tree of the text itself."""
        return Landmarks(self._tree.edited((*self._edits, *edits), text))

    def seen_after(self, edits: Sequence[Edit], text: str) -> Landmarks:
        """The landmarks after more edits, `text` being the result, as they are seen without parsing it."""
        sound = self._sound and self._sound.seen_after(edits, text)
        return Landmarks(self._tree, (*self._edits, *edits), text, sound)

    @property
    def soundest(self) -> Landmarks:
        """Those of the last tree without errors, if there is one; else these.

        A bracket that is open for a moment makes an error of all that follows; the tree before tells more.
        """
        return self if self._sound is None or self._tree.sound else self._sound

    def edited(self, edit: Edit, text: str, cancelled: Callable[[], bool] = lambda: False) -> SyntaxTree:
        """The tree of the text after one more edit, `text` being the result.

        Raises:
            StoppedError: it was cancelled, which is asked on the way.

        """
        return self._tree.edited((*self._edits, edit), text, cancelled)

    def likely_starts(self, offset: int) -> list[int]:
        """Where the margin suggests that elements begin before an offset, the one farthest back first.

        These are the last few lines there that follow an empty one and begin with no blank and no closing
        bracket; or the beginning of the text, if there are few and it is near. No tree is asked for.
        """
        found: list[int] = []
        end = offset
        while len(found) < _LIKELY and (end := self.text.rfind("\n\n", 0, end)) >= 0:
            first = self.text[end + 2 : end + 3]
            if first.strip() and first not in ")]}":
                found.append(end + 2)
        if len(found) < _LIKELY and offset < _NEAR:
            found.append(0)
        return found[::-1]

    def element_start(self, offset: int) -> int:
        """Where a top-level element begins before an offset, the last one that is known; 0 if none is."""
        if self._edits and offset > self._same_from:
            found = self._tree.element_start(offset - self._delta) + self._delta
            if found > self._same_from:
                return found
        if self._edits and offset > self._same_to:
            found = self._tree.element_start(self._same_to)
            in_first_word = _BLANK.search(self.text, found, self._same_to) is None
            return self._tree.element_start(found) if in_first_word else found
        return self._tree.element_start(offset)

    def next_element(self, offset: int) -> int | None:
        """Where the first top-level element at or after an offset and all edits begins; None if none does."""
        found = self._tree.next_element(max(offset, self._same_from) - self._delta)
        return None if found is None else found + self._delta

    def alike(self, first: int, second: int) -> bool:
        """Whether lines that begin at two offsets stand in the same way in one node; False after an edit.

        Before all edits since the last tree without errors they stand as they did in that, also where all
        that comes before a mistake is an error now.
        """
        if self._sound is not None and self._sound.alike(first, second):
            return True
        return max(first, second) < self._same_to and self._tree.alike(first, second)

    def oldest_in_line(self, edits: Sequence[Edit], text: str) -> Landmarks | None:
        """The landmarks after more edits, by the oldest tree known since which all was written in one line.

        A lenient tree has no errors in what is half typed in a line either, so that the newest tells less.
        """
        known = [Landmarks(one._tree, (*one._edits, *edits), text) for one in (self._sound, self) if one]
        return next((one for one in known if one.is_in_line), None)

    @property
    def is_in_line(self) -> bool:
        """Whether all that was written since the tree is in one line, but for blanks before that."""
        return not any("\n" in edit.text.lstrip() for edit in self._edits)

    @property
    def last_error(self) -> int:
        """Where the last error ended that there was beyond all edits; 0 if there was none."""
        end = self._tree.last_error + self._delta
        return end if end > self._same_from else 0

    def has_error_after(self, offset: int) -> bool:
        """Whether there was an error beyond an offset, and beyond all edits."""
        return self._tree.has_error_after(max(offset, self._same_from) - self._delta)
