"""Names of rules in a tree-sitter grammar: words, each taken once."""

from __future__ import annotations

import re


class Names:
    """Gives out names; which one is got depends on those taken before."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """A name as much like the one that is wanted as can be had."""
        plain = re.sub(r"\W+", "_", wanted, flags=re.ASCII) or "_"
        if plain[0].isdigit():
            plain = "_" + plain
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name)
        return name
