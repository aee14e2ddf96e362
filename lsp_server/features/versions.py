"""Versions of a document in which mistakes about a cursor are mended.

What fits in one of them adds no mistake to the document: the changes that lead to the version make it fit
there too, and they are elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice

from lsp_server.cancellation import StoppedError
from lsp_server.constraint import (
    CursorState,
    Grammar,
    Prefix,
    corrections,
    gives_up_text,
    is_wrong_beyond,
    mendings,
    mendings_balanced,
)
from lsp_server.features.placing import CursorPlace, NoPlace, anchors_of, place_of
from lsp_server.features.soundness import Ahead, note_sound_versions
from lsp_server.syntax import Landmarks
from lsp_server.text import Edit, apply_edits

_MOST = 2


@dataclass(frozen=True, slots=True)
class Version:
    """A text with the cursor at an offset, so many `changes` away from the document."""

    text: str = field(repr=False)
    offset: int
    landmarks: Landmarks = field(repr=False)
    prefix: Prefix = field(repr=False)
    changes: int = 0

    @property
    def place(self) -> CursorPlace | NoPlace:
        """The place of the cursor itself, nothing being spelt again."""
        return place_of(self.prefix, self.landmarks, self.offset, self.offset)

    def after(self, edits: Sequence[Edit]) -> Version:
        """The version that edits lead to; they are all before the cursor, or all after it."""
        text = apply_edits(self.text, edits)
        before = bool(edits) and edits[0].span.end <= self.offset and edits[0].span.start < self.offset
        offset = self.offset + (len(text) - len(self.text) if before else 0)
        landmarks, prefix = self.landmarks.after(edits, text), Prefix(self.prefix.grammar, text)
        return Version(text, offset, landmarks, prefix, changes=len(edits))


class Versions:
    """The versions of a document, of each kind the fairest first.

    Args:
        version: the document as it stands.
        place: the cursor's place in it, or why there is none.
        one_line: whether what is typed has no line end.
        over: asked between what is tried, and as the text is read; once it says so, no more is.

    """

    def __init__(
        self,
        version: Version,
        place: CursorPlace | NoPlace,
        *,
        one_line: bool,
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._one_line = one_line
        self._over = over
        self._version = version
        self._place = place

    @cached_property
    def corrected(self) -> Sequence[Version]:
        """Those with what is wrong before the cursor corrected.

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
        anchors = anchors_of(version.landmarks, line)
        edits = corrections(version.prefix, anchors, line, version.offset, self._over)
        return [version.after([edit]) for edit in islice(edits, _MOST)]

    @cached_property
    def surely(self) -> Sequence[Version]:
        """Those of mistakes after the cursor that are some whatever is typed; none where that is not sure."""
        return self._by(partial(mendings, in_line=self._one_line, cancelled=self._over))

    @cached_property
    def perhaps(self) -> Sequence[Version]:
        """Those of what are mistakes if what is typed closes all brackets that it opens and no others.

        That is taken for granted of one line only: in several much may begin that goes on after the cursor.
        Where something before the cursor was mended, and what follows does not fit, it may be that it should
        have been mended otherwise; what was `corrected` is not tried again.
        """
        if isinstance(self._place, CursorPlace) and self._place.state.mended:
            return () if self.corrected else self._corrected_at(self._place.state.first_mended)
        return self._by(partial(mendings_balanced, cancelled=self._over)) if self._one_line else ()

    def _by(self, mend: Callable[[Grammar, str, CursorState], Iterator[Sequence[Edit]]]) -> Sequence[Version]:
        version, place = self._version, self._version.place
        unmended = isinstance(self._place, CursorPlace) and not self._place.state.mended
        if not unmended or not self._may_be_wrong or isinstance(place, NoPlace):
            return ()
        with suppress(StoppedError):
            found = mend(version.prefix.grammar, version.text, place.state)
            return [version.after(edits) for edits in islice(found, _MOST)]
        return ()

    @cached_property
    def is_wrong(self) -> bool:
        """Whether there is a mistake whatever is typed; there is none if the tree has none."""
        version, place = self._version, self._place
        grammar, text = version.prefix.grammar, version.text
        if not (grammar.language.parser.lenient or version.landmarks.current.error_count):
            return False
        if isinstance(place, NoPlace):
            return place.error is not None
        if place.state.mended:
            return True
        with suppress(StoppedError):
            wrong = partial(is_wrong_beyond, in_line=self._one_line, cancelled=self._over)
            return self._may_be_wrong and wrong(grammar, text, place.state)
        return False

    @property
    def _may_be_wrong(self) -> bool:
        """Whether there may be a mistake after the cursor, as far as the tree tells.

        If all was well before something was typed in the cursor's line, there is none.
        """
        version = self._version
        grammar, landmarks = version.prefix.grammar, version.landmarks
        if not (grammar.language.parser.lenient or landmarks.last_error > version.offset):
            return False
        state = self._place.state if isinstance(self._place, CursorPlace) else None
        if Ahead(grammar, landmarks, version.offset, state).is_well:
            return False
        note_sound_versions(grammar, landmarks)
        return True
