"""Changes that keep the language only if it is as it seems, so that each has to be tried out.

One is to leave out what another rule reads as well; the other to say which of two rules is meant where both
may have ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsp_server.authoring.repair.edits import Rewrite, rules_of, shown, without
from lsp_server.lalr.conflicts import REDUCE, Conflict
from lsp_server.lalr.notation import MAYBE, Definition, Notation
from lsp_server.text import Edit, Span

PRIORITY = "priority"


def leave_out(notation: Notation, names: frozenset[str]) -> Iterator[Rewrite]:
    """Each optional part, and each alternative, of some rules; later rules give way to earlier ones."""
    for rule in reversed(list(rules_of(notation))):
        if rule.name not in names:
            continue
        for part in rule.within():
            if part.operator in ("?", "*") or part.kind == MAYBE:
                edits = (Edit(Span(part.start, part.end), ""),)
                yield _left_out(rule, shown(notation, (part,)), edits)
        for place, alternative in enumerate(rule.alternatives if len(rule.alternatives) > 1 else ()):
            yield _left_out(rule, shown(notation, alternative.parts), without(notation, rule, place))


def _left_out(rule: Definition, text: str, edits: tuple[Edit, ...]) -> Rewrite:
    return Rewrite(
        kind="read elsewhere",
        rule=rule.name,
        message=f"`{text}` left out of `{rule.name}`: other rules read it",
        edits=edits,
        sure=False,
        tree=f"what `{text}` read in `{rule.name}` is in another node",
    )


def give_priorities(notation: Notation, conflicts: Sequence[Conflict]) -> Iterator[Rewrite]:
    """A priority for one rule of each pair that may have ended both: all at once, then one by one."""
    rules = {rule.name: rule for rule in rules_of(notation)}
    pairs = []
    for conflict in conflicts:
        one, two = (rules.get(side.name) for side in conflict.sides)
        if conflict.kind == REDUCE and one is not None and two is not None and one is not two:
            pairs.append(_in_order(notation, one, two))
    levels = {rule.name: rule.priority or 0 for rule in rules.values()}
    for _ in range(len(pairs)):
        for first, second in pairs:
            levels[first.name] = max(levels[first.name], levels[second.name] + 1)
    raised = [rule for rule in rules.values() if levels[rule.name] != (rule.priority or 0)]
    if raised and max(levels.values()) <= max((r.priority or 0 for r in rules.values()), default=0) + len(
        pairs
    ):
        yield _raised(notation, raised, levels)
        if len(raised) > 1:
            for rule in raised:
                yield _raised(notation, [rule], levels)


def _in_order(notation: Notation, one: Definition, two: Definition) -> tuple[Definition, Definition]:
    """Two rules in the order in which a third has them as alternatives, else in that of their definitions."""
    for rule in notation.definitions:
        names = [part.text for part in rule.within()]
        if one.name in names and two.name in names:
            return (one, two) if names.index(one.name) < names.index(two.name) else (two, one)
    return (one, two) if one.start < two.start else (two, one)


def _raised(notation: Notation, rules: Sequence[Definition], levels: dict[str, int]) -> Rewrite:
    named = ", ".join(f"`{rule.name}.{levels[rule.name]}`" for rule in rules)
    return Rewrite(
        kind=PRIORITY,
        rule=rules[0].name,
        message=f"a priority where two rules read the same: {named} (the first of them is preferred)",
        edits=tuple(_edit(notation, rule, levels[rule.name]) for rule in rules),
        sure=False,
    )


def _edit(notation: Notation, rule: Definition, priority: int) -> Edit:
    at = rule.named.end
    return Edit(Span(at, notation.text.index(":", at)), f".{priority}")
