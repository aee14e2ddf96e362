"""How the ends of lines are written in a hole grammar of a language that tells blocks by indentation.

An indent or a dedent has no text: it is in how far the line is indented that begins. So the end of a line is
written with the columns at which one may begin: those of the blocks that are open, and those of blocks that a
hole may open itself. Where a block must begin it is farther in. The mask thus takes too much, since which
columns are right depends on what was typed before; the oracle does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsp_server.constraint.hole import Body, Symbol
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.indenting import Blocks
from lsp_server.lalr.lines import Lines
from lsp_server.lalr.regex import to_source
from lsp_server.lalr.table import END

_DEEPER = 3
"""A hole opens so many blocks within each other."""


def inward(blocks: Blocks) -> str:
    """What the end of a line that opens a block is called, which is no terminal's name."""
    return f"{blocks.newline} {blocks.layout.rules.indent}"


def skipped(blocks: Blocks) -> str:
    """What the end of a line within brackets is called."""
    return f"{blocks.newline} skipped"


def with_text(grammar: Grammar, body: Body) -> Body:
    """The symbols of a body that have a text, the end of a line that opens a block under its own name."""
    blocks = grammar.blocks
    if blocks is None:
        return tuple(part for part in body if part != END)
    return tuple(_with_text(grammar, blocks, body))


def _with_text(grammar: Grammar, blocks: Blocks, body: Body) -> Iterator[Symbol]:
    rules, table = blocks.layout.rules, grammar.table
    indent = table.bits[rules.indent]
    for place, symbol in enumerate(body):
        following = body[place + 1] if place + 1 < len(body) else END
        first = table.first.get(following) if isinstance(following, str) else None
        if symbol == rules.newline and (following == rules.indent or first == indent):
            yield inward(blocks)
        elif symbol not in (END, rules.indent, rules.dedent):
            yield symbol


def line_sources(grammar: Grammar, lines: Lines) -> Mapping[str, str]:
    """By what the ends of lines are called, how the mask engine is told them, where some blocks are open.

    They hold comments if the grammar does.
    """
    blocks = grammar.blocks
    assert blocks is not None
    unit = blocks.layout.unit(lines)
    within = {column + unit * count for column in lines.levels for count in range(1, _DEEPER + 1)}
    end = to_source(grammar.terminals[blocks.newline].node)
    before = "(?s:.*)" if grammar is grammar.whole else r"[ \t\r\n]*"
    return {
        blocks.newline: rf"/{end}/ & /{before}\n({_at(blocks, within.union(lines.levels))})/",
        inward(blocks): rf"/{end}/ & /{before}\n({_at(blocks, within)})/",
        skipped(blocks): rf"/{end}/ & /{before}/",
    }


def _at(blocks: Blocks, columns: Iterable[int]) -> str:
    """The beginning of a line at one of some columns, in blanks or in tabs."""
    tab = blocks.layout.rules.tab
    blanks = (written for c in sorted(columns) for written in (" " * c, "\\t" * (c // tab) + " " * (c % tab)))
    return "|".join(dict.fromkeys(blanks))
