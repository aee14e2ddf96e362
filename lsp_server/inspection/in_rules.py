"""What is to be said of the rules of a grammar: unused and barren ones, recursion, choices, the start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lsp_server.inspection.findings import Finding, FindingKind, Severity
from lsp_server.lalr import Grammar
from lsp_server.lalr.conflicts import SHIFT, Conflicts, Example, Side
from lsp_server.lalr.fixpoints import NULLABLE
from lsp_server.lalr.notation import DECLARE, IGNORE, Notation, rule_of
from lsp_server.languages import Language


def unused(notation: Notation, language: Language, grammars: Iterable[Grammar] = ()) -> Iterator[Finding]:
    """Rules and terminals that no start rule needs; a terminal is needed by its text as well."""
    starts = [dialect.start for dialect in language.dialects]
    if notation.rule(language.start) is None:
        return
    reached, named = _reached(notation, starts), " or ".join(f"`{start}`" for start in starts)
    reached.update(name for grammar in grammars for name in grammar.table.bits)
    for definition in notation.definitions:
        if definition.name not in reached:
            reached.add(definition.name)
            what = "terminal" if definition.terminal else "rule"
            yield Finding(
                FindingKind.UNUSED,
                Severity.WARNING,
                f"{what} `{definition.name}` is not needed by the start rule {named}",
                "use it, or remove it",
                definition.name,
                definition.named,
            )


def _reached(notation: Notation, starts: Iterable[str]) -> set[str]:
    """The names that some rules need, with those that are used whatever the rules say."""
    needs: dict[str, list[str]] = {}
    for definition in notation.definitions:
        needs.setdefault(definition.name, []).extend(mention.name for mention in definition.mentions())
    found: set[str] = set()
    pending = [*starts, *(mention.name for mention in notation.named_in(IGNORE, DECLARE))]
    pending += [definition.name for definition in notation.definitions if definition.statement]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(needs.get(name, ()))
    return found


def of_table(grammar: Grammar, notation: Notation) -> Iterator[Finding]:
    """What the table tells: rules without a text, elements that may be empty, recursion, and the start."""
    yield from _barren(grammar, notation)
    yield from _empty_elements(grammar, notation)
    yield from _right_recursive(grammar, notation)
    if grammar.list_stack is None:
        start = grammar.language.start
        yield Finding(
            FindingKind.NOT_FLAT,
            Severity.WARNING,
            f"the start rule `{start}` is not a repetition: after each key the whole file is read again",
            f"write it as `{start}: element*`, with what separates elements inside `element`",
            start,
            notation.place_of(start),
        )


def barren(grammar: Grammar) -> tuple[str, ...]:
    """The rules that derive no text."""
    found = (name for name in grammar.table.by_origin if name not in grammar.table.sound)
    return tuple(dict.fromkeys(map(rule_of, found)))


def _barren(grammar: Grammar, notation: Notation) -> Iterator[Finding]:
    for name in barren(grammar):
        yield Finding(
            FindingKind.BARREN,
            Severity.ERROR if name == grammar.language.start else Severity.WARNING,
            f"rule `{name}` can never match a text: each alternative needs the rule itself, or another rule "
            f"that never matches",
            "add an alternative that ends, unless this is on purpose",
            name,
            notation.place_of(name),
        )


def _empty_elements(grammar: Grammar, notation: Notation) -> Iterator[Finding]:
    """Repetitions whose element may be empty: how often it stands there is not told by any text."""
    nullable = grammar.table.first
    for name in sorted(grammar.table.lists):
        for rule in grammar.table.by_origin[name]:
            element = rule.expansion[1:] if rule.expansion[:1] == (name,) else ()
            if element and all(nullable.get(symbol, 0) & NULLABLE for symbol in element):
                written = " ".join(map(rule_of, element))
                yield Finding(
                    FindingKind.EMPTY_ELEMENT,
                    Severity.WARNING,
                    f"in rule `{rule_of(name)}`, the repeated part (`{written}`) may be empty",
                    "make the repeated part match at least one lexeme, and the repetition optional",
                    rule_of(name),
                    notation.place_of(name),
                )
                break


def _right_recursive(grammar: Grammar, notation: Notation) -> Iterator[Finding]:
    """Lists written as an element and a list: the mask engine is slow with long ones, and gives up."""
    for name, rules in grammar.table.by_origin.items():
        bodies = {rule.expansion for rule in rules}
        for body in bodies:
            before = body[:-1]
            if (
                body[-1:] != (name,)
                or name in before
                or not before
                or before[0] not in grammar.table.by_origin
            ):
                continue
            if before[:1] not in bodies and () not in bodies:
                continue
            symbols = [_as_written(grammar, symbol) for symbol in body]
            yield Finding(
                FindingKind.RIGHT_RECURSION,
                Severity.WARNING,
                f"rule `{name}` is a list that grows to the right (`{name}: {' '.join(symbols)}`), "
                "which is slow, and fails beyond some thousand elements",
                f"write `{name}: {_repetition(symbols[:-1])}`, unless it groups operands to the right",
                name,
                notation.place_of(name),
            )
            break


def _as_written(grammar: Grammar, symbol: str) -> str:
    """A symbol as an author writes it, as far as that is known: a fixed text as it is."""
    terminal = grammar.terminals.get(symbol)
    return rule_of(symbol) if terminal is None or terminal.word is None else f'"{terminal.word}"'


def _repetition(before: Sequence[str]) -> str:
    element, separator = before[0], " ".join(before[1:])
    return f"{element} ({separator} {element})*" if separator else f"{element}+"


def of_conflicts(conflicts: Conflicts, barren: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Where the parser cannot decide: errors, and what Lark settles by going on, each with two examples.

    Args:
        conflicts: those of a grammar.
        barren: rules that derive no text: what Lark settles about them is seen by nobody.

    """
    for conflict in conflicts.found:
        settled = conflict.kind == SHIFT
        names = re.findall(r"\w+", " ".join(side.rule for side in conflict.sides))
        if settled and not barren.isdisjoint(names):
            continue
        message = conflict.message if settled else f"not LALR(1): {conflict.message}"
        if settled and "Lark" not in conflict.remedy:
            message += ": Lark goes on"
        yield Finding(
            FindingKind.CONFLICT,
            Severity.WARNING if settled else Severity.ERROR,
            message,
            conflict.remedy,
            conflict.sides[0].name,
            conflict.sides[0].span,
            examples=tuple(map(_example, conflict.sides, conflict.examples or ())),
        )
    if conflicts.more:
        yield Finding(
            FindingKind.CONFLICT,
            Severity.WARNING,
            f"there are {conflicts.more:,} more conflicts",
            "settle the others first",
        )


def _example(side: Side, example: Example) -> str:
    """An example, with brackets around what a rule reads and a dot where the parser cannot decide."""
    marks = sorted([(example.span.start, 0, "⟨"), (example.dot, 1, "·"), (example.span.end, 2, "⟩")])
    marked, last = "", 0
    for place, _, mark in marks:
        marked += example.text[last:place] + mark
        last = place
    return f"{' '.join((marked + example.text[last:]).split())}  as `{side.rule}`"
