"""Which blocks are open by indentation, and what the end of a line says of them, as Lark's `Indenter` has it.

It knows lines and columns, and no parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lsp_server.cache import cached_property
from lsp_server.languages import Indentation


@dataclass(frozen=True, slots=True)
class Lines:
    """What is open at a place: `levels`, the columns of the blocks from 0 on, and how many `brackets`.

    `unit` is by how much the block was indented that was opened last, 0 if none was; what is read does not
    depend on it.
    """

    levels: tuple[int, ...] = (0,)
    brackets: int = 0
    unit: int = field(default=0, compare=False)

    @property
    def column(self) -> int:
        """The column at which lines of the innermost block begin."""
        return self.levels[-1]

    def moved(self, brackets: int) -> Lines:
        """The same with so many brackets more."""
        return replace(self, brackets=max(self.brackets + brackets, 0)) if brackets else self


@dataclass(frozen=True)
class Layout:
    """How the blocks of a language are written: `rules`, and by terminal that is a bracket 1 or -1."""

    rules: Indentation

    @cached_property
    def brackets(self) -> dict[str, int]:
        """By terminal, what it adds to the brackets that are open."""
        pairs = self.rules.brackets
        return {**{opener: 1 for opener, _ in pairs}, **{closer: -1 for _, closer in pairs}}

    @property
    def marks(self) -> tuple[str, str]:
        """The terminals without a text: what indents, and what dedents."""
        return self.rules.indent, self.rules.dedent

    def unit(self, lines: Lines) -> int:
        """By how many columns a new block is indented: as the last one was."""
        return lines.unit or self.rules.unit

    def column(self, newline: str) -> int | None:
        """How far the line after a `newline` is indented, in columns; None if it ends no line."""
        _, end, blanks = newline.rpartition("\n")
        return blanks.count(" ") + blanks.count("\t") * self.rules.tab if end else None

    def turn(self, lines: Lines, column: int) -> tuple[tuple[str, ...], Lines] | None:
        """The terminals that a line stands for which begins at a column, and what is open then.

        None where it goes back to where no block began. It is asked of lines outside brackets.
        """
        levels = lines.levels
        if column > levels[-1]:
            return (self.rules.indent,), Lines((*levels, column), lines.brackets, column - levels[-1])
        if column not in levels:
            return None
        return self.back(lines, column)

    def back(self, lines: Lines, column: int) -> tuple[tuple[str, ...], Lines]:
        """The terminals that end the blocks of lines beyond a column, and what is open then."""
        levels = lines.levels
        kept = sum(level <= column for level in levels)
        return (self.rules.dedent,) * (len(levels) - kept), replace(lines, levels=levels[:kept])
