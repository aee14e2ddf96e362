"""What is to be said of the terminals of a grammar: which read the same texts, which too much, which nothing.

Texts are looked for in the automaton of all terminals, breadth first and within bounds, so that each is a
shortest one, and a terminal beyond the bounds is passed over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import combinations
from string import printable

from lsp_server.inspection.findings import Finding, FindingKind, Severity
from lsp_server.inspection.roles import Role, roles
from lsp_server.lalr import Grammar
from lsp_server.lalr.analysis import read_language, unread_terminals
from lsp_server.lalr.automaton import State
from lsp_server.lalr.expression import sets_of
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.notation import DECLARE, Notation
from lsp_server.lalr.regex import Node, in_set
from lsp_server.languages import Language

_FIXED = (Role.WORD, Role.CONSTANT)
_MOST_STATES = 1500
_MOST_WORDS = 6
_MOST_PAIRS = 12
"""So many findings of one kind; what follows is as a rule the same once more."""


def of_terminals(grammar: Grammar, notation: Notation) -> Iterator[Finding]:
    """All that is found of terminals."""
    known = roles(grammar)
    yield from _shadowed(grammar, notation)
    yield from _greedy(grammar, known, notation)
    yield from _words(grammar, known, notation)
    if not any(known[name] is Role.BLANK for name in grammar.ignored & known.keys()):
        yield Finding(
            FindingKind.NO_BLANKS,
            Severity.WARNING,
            "no blanks are ignored, so none may stand between two lexemes unless a rule says so",
            "write `%import common.WS` and `%ignore WS`, unless blanks are in the rules",
        )


def unread(language: Language, notation: Notation) -> Iterator[Finding]:
    """Terminals that are declared, and that no text has."""
    for name in sorted(unread_terminals(language, read_language(language))):
        place = next((mention.span for mention in notation.named_in(DECLARE) if mention.name == name), None)
        yield Finding(
            FindingKind.UNREAD,
            Severity.WARNING,
            f"`{name}` is only declared, and nothing reads it from a text: a program that needs it is told "
            "as an error",
            "define it as an expression; what a post-lexer in Python does is not known here",
            name,
            place,
        )


def _shadowed(grammar: Grammar, notation: Notation) -> Iterator[Finding]:
    """Terminals that read one text where either may stand, with that text; fixed words are no surprise."""
    silent = grammar.table.dead | grammar.outside
    free = [t for t in grammar.terminals.values() if t.word is None and t.name not in silent]
    together = _together(grammar, free)
    if not together:
        return
    samples: dict[tuple[str, str], str] = {}
    for state, text in _walk(grammar, frozenset(name for pair in together for name in pair)):
        for pair in together.intersection(combinations(sorted(state.accepting), 2)):
            samples.setdefault(pair, text)
    for one, other in sorted(samples)[:_MOST_PAIRS]:
        first, second = sorted((grammar.terminals[one], grammar.terminals[other]), key=lambda t: t.order)
        meant = first.priority != second.priority
        yield Finding(
            FindingKind.SHADOWED,
            Severity.NOTE if meant else Severity.WARNING,
            f"`{first.shown}` and `{second.shown}` both read {_shown(samples[one, other])}, "
            f"and `{first.shown}` wins: {_reason(first, second)}",
            "if this is intended, do nothing; else change the priorities"
            if meant
            else _who_wins(first, second),
            second.name,
            notation.place_of(second.name),
        )


def _who_wins(first: Terminal, second: Terminal) -> str:
    named = [f"`{one.name}.1`" for one in (first, second) if one.shown == one.name]
    if not named:
        return "make their texts differ, or make terminals of them, with priorities"
    return f"make their texts differ, or say who wins: {' or '.join(named)}"


def _together(grammar: Grammar, free: list[Terminal]) -> set[tuple[str, str]]:
    """The pairs of terminals, by name, both of which are looked for at some place."""
    names = frozenset(terminal.name for terminal in free)
    found: set[tuple[str, str]] = set()
    for accepts in {grammar.table.accepts[state] & names for state in grammar.table.entered}:
        found.update(combinations(sorted(accepts | grammar.ignored & names), 2))
    ends = grammar.line_ends  # what reads them reads comments as well
    return {pair for pair in found if not grammar.ignored.issuperset(pair) and ends.isdisjoint(pair)}


def _walk(grammar: Grammar, names: frozenset[str]) -> Iterator[tuple[State, str]]:
    """The states of some terminals, each with a shortest text that leads to it."""
    alphabet = _alphabet(grammar.terminals[name].node for name in names)
    start = grammar.automaton.start(names)
    seen = {start}
    pending = deque([(start, "")])
    while pending and len(seen) < _MOST_STATES:
        state, text = pending.popleft()
        for character in alphabet:
            after = state.step(character)
            if after.alive and after not in seen:
                seen.add(after)
                yield after, text + character
                pending.append((after, text + character))


def _alphabet(nodes: Iterator[Node]) -> tuple[str, ...]:
    """One character of each kind that some expressions tell apart, a plain one where there is one."""
    sets = [in_set(source) for source in sorted({source for node in nodes for source in sets_of(node)})]
    kinds: dict[tuple[bool, ...], str] = {}
    for character in f"a{printable}é中":
        kinds.setdefault(tuple(one.match(character) is not None for one in sets), character)
    return tuple(kinds.values())


def _reason(first: Terminal, second: Terminal) -> str:
    """Why Lark asks one terminal before another."""
    if first.order[0] != second.order[0]:
        return f"its priority is higher ({first.priority} and {second.priority})"
    if first.order[1] != second.order[1]:
        return "its longest text is longer"
    return "its expression is longer" if first.order[2] != second.order[2] else "its name comes first"


def _greedy(grammar: Grammar, known: Mapping[str, Role], notation: Notation) -> Iterator[Finding]:
    """Terminals that go on over the end of a line with no sign that ends them, and comments that take it."""
    for name in sorted(grammar.terminals.keys() - grammar.table.dead - grammar.outside):
        role = known[name]
        if role is Role.BLANK or grammar.terminals[name].word is not None:
            continue
        for state, text in _walk(grammar, frozenset((name,))):
            if name not in state.accepting or not text.strip():
                continue
            over = state.step("\n")
            if role is Role.COMMENT and text.endswith("\n") and not over.step("a").accepting:
                yield _takes_line_end(grammar.terminals[name], notation)
                break
            if "\n" not in text and over.accepting and over.step("a").step("a").accepting:
                yield _swallows(grammar.terminals[name], notation)
                break


def _takes_line_end(terminal: Terminal, notation: Notation) -> Finding:
    return Finding(
        FindingKind.GREEDY,
        Severity.NOTE,
        f"the comment `{terminal.shown}` needs a line end, so it does not match on the last line of a file "
        "without one",
        r"leave the line's end out, as in `/#[^\n]*/`",
        terminal.name,
        notation.place_of(terminal.name),
    )


def _swallows(terminal: Terminal, notation: Notation) -> Finding:
    return Finding(
        FindingKind.GREEDY,
        Severity.WARNING,
        f"`{terminal.shown}` runs over line ends; only a character that it cannot match stops it",
        r"leave `\n` out of it, if it is meant to end with its line",
        terminal.name,
        notation.place_of(terminal.name),
    )


def _words(grammar: Grammar, known: Mapping[str, Role], notation: Notation) -> Iterator[Finding]:
    """Words that a name may be as well: Lark reads them as words wherever these may stand."""
    terminals, readers = grammar.terminals, grammar.lexicon.readers
    for name, role in known.items():
        words = [w for w, of in known.items() if of in _FIXED and name in readers.get(w, ())]
        if words and role is Role.NAME:
            shown = ", ".join(f"`{terminals[word].word}`" for word in words[:_MOST_WORDS])
            more = f" and {len(words) - _MOST_WORDS} more" if len(words) > _MOST_WORDS else ""
            yield Finding(
                FindingKind.WORDS,
                Severity.NOTE,
                f"`{terminals[name].shown}` reads {shown}{more} too: keywords where the rules want them, "
                "elsewhere names",
                "name those that may never be a name under `reserved` in language.toml",
                name,
                notation.place_of(name),
            )


def _shown(text: str) -> str:
    return f"`{text}`" if text.isprintable() and text.strip() else repr(text)
