"""The external scanner of a language whose blocks are told by indentation: C, filled with its lexemes.

Of them, the scanner reads the ends of lines and what opens and closes brackets, with an automaton that is
written out. What has a fixed text that goes on after a bracket's is known to it, and left to the lexer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from lsp_server.errors import BundleError
from lsp_server.lalr import Grammar
from lsp_server.lalr.automaton import Automaton, State
from lsp_server.lalr.expression import sets_of
from lsp_server.lalr.regex import Node
from lsp_server.languages import Indentation
from lsp_server.syntax.blanks import is_blank
from lsp_server.syntax.generated.tokens import ranges
from lsp_server.text import read_text

_TEMPLATE = Path(__file__).with_name("indentation.c")
_NEWLINE, _BRACKETS = 0, 4
"""Numbers of external tokens in the template: that of the end of a line, and that of the first bracket."""

_MOST_STATES = 200
_END = 0x110000


def scanner_of(grammar: Grammar, rules: Indentation, name: str) -> str:
    """The scanner's source; its tokens are those of `externals`.

    Raises:
        BundleError: its automaton would be too large.

    """
    pairs = rules.brackets
    numbers = {rules.newline: _NEWLINE} | {
        terminal: number
        for number, terminal in enumerate((t for pair in pairs for t in pair), start=_BRACKETS)
        if terminal in grammar.terminals
    }
    texts = [grammar.terminals[terminal].word or "\0" for terminal in numbers if terminal != rules.newline]
    others = {
        other.name
        for other in grammar.terminals.values()
        if other.word and other.name not in numbers and any(map(other.word.startswith, texts))
    }
    nodes = {terminal: grammar.terminals[terminal].node for terminal in (*numbers, *sorted(others))}
    steps, whole = _automaton(grammar, nodes, numbers)
    blanks = [grammar.terminals[ignored].node for ignored in sorted(grammar.ignored)]
    blank = sorted({pair for node in blanks if is_blank(node) for s in sets_of(node) for pair in ranges(s)})
    filled = {
        "TAB": str(rules.tab),
        "ADDS": "".join("1, -1, " for _ in pairs),
        "STEPS": "\n".join(steps),
        "WHOLE": "\n".join(whole),
        "BLANK": " || ".join(_between(*pair) for pair in blank) or "false",
        "PREFIX": f"tree_sitter_{name}_external_scanner",
    }
    text = read_text(_TEMPLATE)
    for key, value in filled.items():
        text = text.replace(f"@{key}@", value)
    return text


def _automaton(
    grammar: Grammar, nodes: Mapping[str, Node], numbers: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """The steps of the automaton of some terminals, and what is whole in its states, as cases in C."""
    sources = {source for node in nodes.values() for source in sets_of(node)}
    cuts = {0, _END, *(cut for s in sources for low, high in ranges(s) for cut in (low, high + 1))}
    kinds = list(pairwise(sorted(cuts)))
    start = Automaton(nodes).start(frozenset(nodes))
    states: dict[State, int] = {start: 0}
    steps, whole = [], []
    for state, number in _growing(states):
        if number > _MOST_STATES:
            raise BundleError(
                "what ends a line is too much for a generated parser",
                path=grammar.language.directory,
                remedy="make its expression smaller; trees are made with the grammar itself",
            )
        steps.append(f"  case {number}:")
        for low, high in kinds:
            after = state.step(chr(low))
            if after.alive:
                target = states.setdefault(after, len(states))
                steps.append(f"    if ({_between(low, high - 1)}) return {target};")
        steps.append("    break;")
        if state.accepting:
            found = min(numbers.get(name, _END) for name in state.accepting)
            whole.append(f"  case {number}: return {'OTHER' if found == _END else found};")
    return steps, whole


def _growing(states: dict[State, int]) -> Iterator[tuple[State, int]]:
    """The states by number, those too that are found meanwhile."""
    done = 0
    while done < len(states):
        yield list(states.items())[done]
        done += 1


def _between(low: int, high: int) -> str:
    return f"c == {low}" if low == high else f"({low} <= c && c <= {high})"
