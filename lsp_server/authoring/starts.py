"""With which rules the files of a language begin, and the islands of files of which only those are in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lsp_server.errors import UsageError
from lsp_server.lalr.notation import Notation


@dataclass(frozen=True, slots=True)
class IslandRule:
    """What stands between two signs, and the rule that it is read with."""

    open: str
    rule: str
    close: str


@dataclass(frozen=True, slots=True)
class Starts:
    """What a person says of the start rules.

    Attributes:
        rule: of all files; None where it is to be found out.
        of_files: by pattern, of files whose names fit it.
        islands: of all other files, the parts that are in the language; what is around them is any text.

    """

    rule: str | None = None
    of_files: Mapping[str, str] = field(default_factory=dict)
    islands: tuple[IslandRule, ...] = ()


def read_starts(rules: Iterable[str], islands: Iterable[str]) -> Starts:
    """What is said by `RULE` or `PATTERN=RULE`, and by `OPEN RULE CLOSE`.

    Raises:
        UsageError: several rules are named for all files, or an island is none.

    """
    parted = [one.rpartition("=") for one in rules]
    main = [rule for pattern, _, rule in parted if not pattern]
    found = tuple(map(_island, islands))
    if len(main) > 1:
        told = f"{' and '.join(main)} cannot both be the start rule of all files"
        raise UsageError(told, remedy="say of which files one is: --start '*.ext=RULE'")
    if main and found:
        told = f"{main[0]} cannot be the start rule of files that have islands"
        raise UsageError(told, remedy="say of which files it is: --start '*.ext=RULE'")
    if len({island.open for island in found}) < len(found):
        raise UsageError("two islands begin alike", remedy="name one rule that reads both")
    return Starts(next(iter(main), None), {pattern: rule for pattern, _, rule in parted if pattern}, found)


def _island(given: str) -> IslandRule:
    words = given.split()
    if len(words) != len(("open", "rule", "close")):
        raise UsageError(f"'{given}' is no island", remedy="write '{{ RULE }}', with blanks around the rule")
    return IslandRule(*words)


def with_islands(text: str, notation: Notation, islands: Sequence[IslandRule]) -> tuple[str, str, str]:
    """A grammar with rules for files of islands, the start rule of these, and the terminal of other text."""
    taken = {definition.name for definition in notation.definitions}
    whole, one, outside = (_fresh(name, taken) for name in ("islands", "island", "OUTSIDE"))
    highest = max((definition.priority or 0 for definition in notation.definitions), default=0)
    ways = [f"{_quoted(island.open)} {island.rule} {_quoted(island.close)}" for island in islands]
    # Where one begins as another does, the longer one is looked for first.
    openers = sorted((island.open for island in islands), key=len, reverse=True)
    signs = "|".join(re.escape(opener).replace("/", r"\/") for opener in openers)
    added = (
        "// Islands in any text.",
        f"{whole}: ({outside} | {one})*",
        f"{one}: " + f"\n{' ' * len(one)}| ".join(ways),
        f"{outside}.{highest + 1}: /(?:(?!{signs})[\\s\\S])+/",
    )
    return "\n".join((text.rstrip("\n"), "", *added, "")), whole, outside


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _quoted(sign: str) -> str:
    escaped = sign.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
