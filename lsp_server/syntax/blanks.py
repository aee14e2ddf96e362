"""What is nothing but white space to a person, and leaves no node in a tree."""

from __future__ import annotations

from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set

_VISIBLE = "".join(map(chr, (*range(0x21, 0x7F), 0xE9, 0x4E2D)))


def is_blank(expression: Node) -> bool:
    """Whether all that an expression matches is white space."""
    match expression:
        case Chars(source):
            return not any(map(in_set(source).match, _VISIBLE))
        case Seq(items) | Alt(items):
            return all(map(is_blank, items))
        case Repeat(item, _, _):
            return is_blank(item)
