"""Blanks within the lines of a suggestion, where nobody aligns anything: one between two words is enough.

Whoever put some before the cursor wants no more of them.

A model that has learnt from languages whose values stand in columns puts blanks there in others too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lsp_server.cache import cached_property
from lsp_server.languages import Language

_BLANKS = " \t\v\f"
_INSIDE = re.compile(r"(?<=\S) {2,}(?=\S)")


@dataclass(frozen=True, eq=False)
class Spacing:
    """How a language is spaced, as its examples and a text tell; the cursor is at the `offset`."""

    language: Language
    text: str = field(repr=False)
    offset: int

    @cached_property
    def _aligned(self) -> bool:
        """Whether somebody has put several blanks in the middle of a line."""
        return any(_INSIDE.search(text) for text in (self.text, *self.language.examples.values()))

    def tidied(self, typed: str, fits: Callable[[str], bool]) -> str:
        """A text with single blanks where nobody aligns, none behind one; as it is where that fits not."""
        line = self.text[self.text.rfind("\n", 0, self.offset) + 1 : self.offset]
        tidy = typed if self._aligned else _INSIDE.sub(" ", typed)
        if line[-1:].isspace() and (line.strip() or self.language.indentation is None):
            tidy = tidy.lstrip(_BLANKS)
        return typed if tidy == typed or not fits(tidy) else tidy
