"""What holds a path to the hole grammar: a mask, made once the oracle has refused too many tokens.

A text that fits is one that the hole grammar allows, and all its beginnings are allowed with it. So where
likely tokens lead to one, each of them taken by the oracle, the mask would have allowed every one of them,
and need not be made. To make it takes longer than to ask the oracle a hundred times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsp_server.decoding.engine import Mask
from lsp_server.decoding.tokenset import TokenSet


class Guide:
    """The mask of one path; until it is made, and where the engine took no hole grammar, all is allowed.

    Args:
        make: the mask at the path's beginning, if there is one.

    """

    def __init__(self, make: Callable[[], Mask | None]) -> None:
        self._make = make
        self._mask: Mask | None = None
        self.is_made = False
        """Whether it was asked for the mask."""

    def make(self, tokens: Sequence[int]) -> int:
        """Make the mask, which goes along with some tokens; the number of those that it takes."""
        made = self._make()
        self._mask = None if made is None else made.copy()
        self.is_made = True
        return len(tokens) if self._mask is None else self._mask.follow(tokens)

    def takes(self, token: int) -> bool:
        """Whether one token may come next."""
        return self._mask is None or self._mask.takes(token)

    def among(self, tokens: TokenSet) -> TokenSet:
        """Those of some tokens that may come next."""
        return tokens if self._mask is None else self._mask.allowed() & tokens

    def consume(self, token: int) -> bool:
        """Go on with a token; False, with nothing consumed, if it is not allowed."""
        return self._mask is None or self._mask.consume([token])

    def rollback(self) -> None:
        """Take back the last token."""
        if self._mask is not None:
            self._mask.rollback(1)
