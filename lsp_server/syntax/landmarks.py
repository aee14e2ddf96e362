"""What an earlier tree tells of a text, as far as the edits since then did not touch it.

To parse a text that is broken for the moment, as it is between two keystrokes, may cost more than all the
rest of a suggestion. Where the top-level elements begin is known from before: the text up to the first edit
and the text after the last are still the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from lsp_server.syntax.tree import SyntaxTree
from lsp_server.text import Edit, Span


class Landmarks:
    """Top-level elements of `text`.

    The tree is of an earlier text, which edits that each apply to the result of the one before made into
    this one; without edits it is of the text itself.
    """

    def __init__(self, tree: SyntaxTree, edits: Sequence[Edit] = (), text: str | None = None) -> None:
        self.text = tree.text if text is None else text
        self._tree = tree
        size = before = after = len(tree.text)
        for edit in edits:
            before = min(before, edit.span.start)
            after = min(after, size - edit.span.end)
            size += len(edit.text) - (edit.span.end - edit.span.start)
        self._same_to = before
        self._same_from = len(self.text) - after if edits else 0
        self._delta = len(self.text) - len(tree.text)
        changed = Edit(Span(before, len(tree.text) - after), self.text[before : self._same_from])
        self._edits = (changed,) if edits else ()

    @cached_property
    def current(self) -> SyntaxTree:
        """The tree of the text itself, parsed on first use."""
        return self._tree.edited(self._edits, self.text) if self._edits else self._tree

    def after(self, edits: Sequence[Edit], text: str) -> Landmarks:
        """The landmarks after more edits, `text` being the result, with the tree of the text itself."""
        return Landmarks(self._tree.edited((*self._edits, *edits), text))

    def edited(self, edit: Edit, text: str) -> SyntaxTree:
        """The tree of the text after one more edit, `text` being the result."""
        return self._tree.edited((*self._edits, edit), text)

    def element_start(self, offset: int) -> int:
        """Where a top-level element begins before an offset, the last one that is known; 0 if none is."""
        if self._edits and offset > self._same_from:
            found = self._tree.element_start(offset - self._delta) + self._delta
            if found > self._same_from:
                return found
        if self._edits and offset > self._same_to:
            found = self._tree.element_start(self._same_to)
            in_first_word = not any(map(str.isspace, self.text[found : self._same_to]))
            return self._tree.element_start(found) if in_first_word else found
        return self._tree.element_start(offset)

    def next_element(self, offset: int) -> int | None:
        """Where the first top-level element at or after an offset and all edits begins; None if none does."""
        found = self._tree.next_element(max(offset, self._same_from) - self._delta)
        return None if found is None else found + self._delta

    @property
    def last_error(self) -> int:
        """Where the last error ended that there was beyond all edits; 0 if there was none."""
        ends = (problem.span.end + (problem.missing is not None) for problem in self._tree.problems)
        end = max(ends, default=0) + self._delta
        return end if end > self._same_from else 0

    def has_error_after(self, offset: int) -> bool:
        """Whether there was an error beyond an offset, and beyond all edits."""
        return self._tree.has_error_after(max(offset, self._same_from) - self._delta)
