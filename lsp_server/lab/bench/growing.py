"""Grows a program to any number of lines by repeating a part of it, so that it stays valid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lsp_server.constraint import Grammar, check


@dataclass(frozen=True, slots=True)
class Seed:
    """A program whose part `unit` may stand there any number of times; it consists of whole lines."""

    head: str = field(repr=False)
    unit: str = field(repr=False)
    tail: str = field(repr=False)

    def copies(self, lines: int) -> int:
        """How often the unit has to stand there for a program of at least so many lines."""
        missing = lines - self.head.count("\n") - self.tail.count("\n")
        return max(1, -(-missing // self.unit.count("\n")))

    def grown(self, copies: int) -> str:
        """The program with the unit so many times."""
        return self.head + self.unit * copies + self.tail

    def start_of(self, copy: int) -> int:
        """The offset of a copy of the unit, counted from 0."""
        return len(self.head) + copy * len(self.unit)


def seed_of(grammar: Grammar, program: str) -> Seed | None:
    """The seed in a program: all of it where that may be repeated, else its longest lines that may.

    None where the program is not valid, or no part of it can be repeated.
    """
    text = program if program.endswith("\n") else program + "\n"
    if check(grammar, text) is not None:
        return None
    for seed in _seeds(text):
        if seed.unit.strip() and all(check(grammar, seed.grown(copies)) is None for copies in (2, 3)):
            return seed
    return None


def _seeds(text: str) -> Iterator[Seed]:
    """Every run of lines, the longest first."""
    lines = text.splitlines(keepends=True)
    for length in range(len(lines), 0, -1):
        for start in range(len(lines) - length + 1):
            end = start + length
            yield Seed("".join(lines[:start]), "".join(lines[start:end]), "".join(lines[end:]))
