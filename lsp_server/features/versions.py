"""Versions of a document in which a mistake before a cursor is corrected.

What fits in one of them adds no mistake to the document: the change that leads to the version makes it fit
there too, and it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from lsp_server.constraint import Prefix, corrections, gives_up_text, is_wrong_beyond
from lsp_server.features.placing import NoPlace, Place, anchors_of, place_of
from lsp_server.syntax import Landmarks
from lsp_server.text import Edit, apply_edits

_MOST = 2


@dataclass(frozen=True, slots=True)
class Version:
    """A text with the cursor at an offset."""

    text: str = field(repr=False)
    offset: int
    landmarks: Landmarks = field(repr=False)
    prefix: Prefix = field(repr=False)

    @property
    def place(self) -> Place | NoPlace:
        """The place of the cursor itself, nothing being spelt again."""
        return place_of(self.prefix, self.landmarks, self.offset, self.offset)

    def after(self, edit: Edit) -> Version:
        """The version that a change before the cursor leads to."""
        text = apply_edits(self.text, (edit,))
        landmarks, prefix = self.landmarks.after((edit,), text), Prefix(self.prefix.grammar, text)
        return Version(text, self.offset + len(text) - len(self.text), landmarks, prefix)


class Versions:
    """The versions of a document.

    Args:
        version: the document as it stands.
        place: the cursor's place in it, or why there is none.
        one_line: whether what is typed has no line end.

    """

    def __init__(self, version: Version, place: Place | NoPlace, *, one_line: bool) -> None:
        self._one_line = one_line
        self._version = version
        self._place = place

    @cached_property
    def corrected(self) -> Sequence[Version]:
        """Those with what is wrong before the cursor corrected, the fairest first.

        That is if it is in its line, leaves no place, or was a reason to give up a text that has no end.
        """
        version, place = self._version, self._place
        line = version.text.rfind("\n", 0, version.offset) + 1
        if isinstance(place, NoPlace):
            return self._corrected_at(place.error)
        beside = any(place.state.mended_from(line))
        is_needed = beside or gives_up_text(version.prefix.grammar, place.state)
        return self._corrected_at(place.state.first_mended) if is_needed else ()

    def _corrected_at(self, error: int | None) -> Sequence[Version]:
        """Those with a mistake before the cursor corrected, if that is all that is wrong there."""
        if error is None:
            return ()
        version = self._version
        line = version.text.rfind("\n", 0, error) + 1
        edits = corrections(version.prefix, anchors_of(version.landmarks, line), line, version.offset)
        return [version.after(edit) for edit in islice(edits, _MOST)]

    @cached_property
    def is_wrong(self) -> bool:
        """Whether there is a mistake in the document whatever is typed."""
        version, place = self._version, self._place
        if isinstance(place, NoPlace):
            return place.error is not None
        grammar, text = version.prefix.grammar, version.text
        return place.state.mended or (
            self._may_be_wrong and is_wrong_beyond(grammar, text, place.state, in_line=self._one_line)
        )

    @property
    def _may_be_wrong(self) -> bool:
        """Whether there may be a mistake after the cursor, as far as the tree tells."""
        version = self._version
        lenient = version.prefix.grammar.language.parser.lenient
        return lenient or version.landmarks.last_error > version.offset
