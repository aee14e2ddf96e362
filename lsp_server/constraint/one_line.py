"""What of a language can be written within a line."""

from __future__ import annotations

from functools import cache

from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set

_PRINTABLE = [chr(code) for code in range(32, 127)]


@cache
def with_line_end(grammar: Grammar) -> frozenset[str]:
    """The terminals that cannot be written within a line."""
    found = (name for name, terminal in grammar.terminals.items() if not _in_line(terminal.node))
    return grammar.line_ends.union(found)


def _in_line(node: Node) -> bool:
    match node:
        case Chars(source):
            return any(map(in_set(source).match, _PRINTABLE)) or not any(map(in_set(source).match, "\r\n"))
        case Seq(items):
            return all(map(_in_line, items))
        case Alt(options):
            return any(map(_in_line, options))
        case Repeat(item, low, _):
            return low == 0 or _in_line(item)
