"""Which terminals of a grammar are brackets, and which hold one, as what opens a hole in a string does.

That is told from their expressions, and from how what is inside the bracket is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.lalr import CODE, Grammar
from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set, literal
from lsp_server.syntax.brackets import Signs


def signs_of(grammar: Grammar) -> Mapping[str, Signs]:
    """The brackets of each terminal that has some.

    One that is not a bracket as a whole opens what all its texts have as their last bracket, if code is read
    after it, and closes what they have as their first one, if it is read in code: all else is escaped, or
    part of a string.
    """
    pairs = grammar.language.brackets
    openers, closers = {opener for opener, _ in pairs}, {closer for _, closer in pairs}
    known = openers | closers
    found: dict[str, Signs] = {}
    for name, terminal in grammar.terminals.items():
        if terminal.word in openers:
            found[name] = Signs(opens=terminal.word)
        elif terminal.word in closers:
            found[name] = Signs(closes=terminal.word)
        elif name not in grammar.ignored:
            first, last = _only(terminal.node, known, 1), _only(terminal.node, known, -1)
            signs = Signs(
                closes=first if first in closers and name in grammar.accepted_in.get(CODE, ()) else "",
                opens=last if last in openers and _leads_to_code(grammar, name) else "",
            )
            if signs != Signs():
                found[name] = signs
    return found


def _leads_to_code(grammar: Grammar, name: str) -> bool:
    return all(grammar.modes[state] == CODE for state in grammar.after.get(name, ()))


def _only(node: Node, brackets: set[str], step: int) -> str:
    """The bracket of one character that comes first in all texts of an expression, or last; or "".

    `step` is 1 for the first one, and -1 for the last.
    """
    found = _first(node, {bracket for bracket in brackets if len(bracket) == 1}, step)
    return next(iter(found)) if len(found) == 1 else ""


def _first(node: Node, brackets: set[str], step: int) -> set[str]:
    """The brackets that may come first in texts of an expression, from one end; "" if there may be none."""
    match node:
        case Chars(source):
            matching = set(filter(in_set(source).match, brackets))
            return matching if any(literal(one) == Seq((node,)) for one in matching) else {*matching, ""}
        case Seq(items):
            found = {""}
            for item in items[::step]:
                if "" not in found:
                    break
                found = found - {""} | _first(item, brackets, step)
            return found
        case Alt(options):
            return set().union(*(_first(option, brackets, step) for option in options))
        case Repeat(item, low, _):
            return _first(item, brackets, step) | (set() if low else {""})
