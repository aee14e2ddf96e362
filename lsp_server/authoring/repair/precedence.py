"""Rules such as `expr: expr "+" expr | expr "*" expr | NUMBER`, written out as levels that bind ever tighter.

The language stays the same: it is operands with operators between, before and after them, whichever binds
tighter. Which does is what the levels decide: by the priorities of rules where some are given, else by the
order of the alternatives, the first binding loosest, which is how Lark's Earley parser reads them. All
operators are taken to be left-associative, and those before or after one operand to bind tightest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lsp_server.authoring.repair.edits import (
    Rewrite,
    bare,
    fresh,
    kept,
    rules_of,
    uses_of,
)
from lsp_server.lalr.notation import Alternative, Definition, Notation, comments
from lsp_server.text import Edit, Span

_ALIKE = (
    frozenset(('"+"', '"-"')),
    frozenset(('"*"', '"/"', '"%"', '"//"')),
    frozenset(('"<"', '">"', '"<="', '">="')),
    frozenset(('"=="', '"!="', '"<>"')),
)
"""Operators that everyone reads on one level."""

_INFIX, _PREFIX, _POSTFIX, _OPERAND = "infix", "prefix", "postfix", "operand"


@dataclass(frozen=True, slots=True)
class _Choice:
    """An alternative of an operator rule: where it stands, what it is, and how its node is called.

    `alias` is the name that its node must get; None where it goes by the name of its rule. `owner` is the
    rule that it is written in. `above` and `beside` are the comments before it and on its line.
    """

    owner: Definition
    alternative: Alternative
    shape: str
    alias: str | None
    priority: int | None
    above: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def operator(self) -> str:
        """What stands between two operands."""
        return " ".join(part.text for part in self.alternative.parts[1:-1])


def write_levels(notation: Notation) -> Iterator[Rewrite]:
    """Each rule that has itself on both sides of an operator, written as levels."""
    for rule in rules_of(notation):
        choices, absorbed = _choices(notation, rule)
        if any(choice.shape == _INFIX for choice in choices):
            yield _levels(notation, rule, choices, absorbed)


def _choices(notation: Notation, rule: Definition) -> tuple[list[_Choice], list[Definition]]:
    """The alternatives of a rule, with those of rules that are only operators of it; and these rules."""
    found: list[_Choice] = []
    absorbed = []
    for place, alternative in enumerate(rule.alternatives):
        above, beside = _comments(notation, rule, place)
        inner = _operators(notation, rule, alternative)
        if inner is None:
            shape = _shape(alternative, rule.name)
            found.append(_Choice(rule, alternative, shape, alternative.alias, rule.priority, above, beside))
            continue
        absorbed.append(inner)
        for own in inner.alternatives:
            alias = own.alias
            if alias is None and not inner.name.startswith("_"):
                alias = inner.name if "?" not in inner.modifiers or kept(inner, own) != 1 else None
            shape = _shape(own, rule.name)
            found.append(_Choice(inner, own, shape, alias, inner.priority, above, beside))
            above = beside = ()
    return found, absorbed


def _comments(notation: Notation, rule: Definition, place: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The comments that stand on lines before an alternative of a rule, and those on its own."""

    def after(number: int) -> str:
        end = rule.alternatives[number].end if number >= 0 else rule.body
        last = number + 1 == len(rule.alternatives)
        return "" if last else notation.text[end : rule.alternatives[number + 1].start]

    above = after(place - 1)
    lines = above if place == 0 else above.partition("\n")[2]
    return tuple(comments(lines)), tuple(comments(after(place).partition("\n")[0]))


def _operators(notation: Notation, rule: Definition, alternative: Alternative) -> Definition | None:
    """The rule that an alternative names, if it is used here alone and is only operators of the other."""
    if len(alternative.parts) != 1 or not bare(alternative.parts[0]) or alternative.alias is not None:
        return None
    name = alternative.parts[0].text
    inner = next((found for found in rules_of(notation) if found.name == name), None)
    uses = uses_of(notation, name)
    if inner is None or inner is rule or uses is None or len(uses) != 1 or "!" in inner.modifiers:
        return None
    shapes = {_shape(own, rule.name) for own in inner.alternatives}
    return None if _OPERAND in shapes else inner


def _shape(alternative: Alternative, name: str) -> str:
    parts = alternative.parts
    if len(parts) < 2:
        return _OPERAND
    first, last = bare(parts[0], name), bare(parts[-1], name)
    return {
        (True, True): _INFIX,
        (True, False): _POSTFIX,
        (False, True): _PREFIX,
        (False, False): _OPERAND,
    }[first, last]


def _levels(
    notation: Notation, rule: Definition, choices: Sequence[_Choice], absorbed: Sequence[Definition]
) -> Rewrite:
    infix = [choice for choice in choices if choice.shape == _INFIX]
    given = any(choice.priority is not None for choice in infix) and len({c.priority for c in infix}) > 1
    levels = _by_priority(infix) if given else _by_order(infix)
    rest = [[c for c in choices if c.shape == shape] for shape in (_PREFIX, _POSTFIX, _OPERAND)]
    tight = [found for found in rest[:2] if found]
    stages = [*levels, *tight, rest[2]]
    further = (fresh(notation, f"{rule.name}_{number}") for number in range(2, len(stages) + 1))
    names = [rule.name, *further]
    lines: list[str] = []
    for number, stage in enumerate(stages):
        below = names[number + 1] if number + 1 < len(names) else None
        lines += _stage(notation, rule, names[number], below, stage)
    edits = [
        Edit(Span(rule.start, rule.end), "\n".join(lines)),
        *(notation.removal_of(own) for own in absorbed),
    ]
    order = " < ".join(" ".join(choice.operator or "(nothing)" for choice in level) for level in levels)
    why = "by the priorities given" if given else "in the order of the alternatives, the first loosest"
    tightest = ", what stands before or after one operand tightest" if tight else ""
    return Rewrite(
        kind="precedence",
        rule=rule.name,
        message=f"levels for the operators of `{rule.name}`, from loose to tight: {order} ({why}{tightest}; "
        "all left-associative)",
        edits=tuple(edits),
        tree=_changes(rule, choices, absorbed),
    )


def _changes(rule: Definition, choices: Sequence[_Choice], absorbed: Sequence[Definition]) -> str:
    """What aliases cannot keep."""
    if absorbed and "?" not in rule.modifiers:
        return f"no `{rule.name}` around {', '.join(f'`{own.name}`' for own in absorbed)}"
    unknown = any(
        choice.alias is None and choice.shape != _INFIX and kept(choice.owner, choice.alternative) is None
        for choice in choices
    )
    named = not rule.name.startswith("_") and "?" in rule.modifiers
    return f"another name for some `{rule.name}` of several children" if unknown and named else ""


def _by_priority(infix: Sequence[_Choice]) -> list[list[_Choice]]:
    ranked = sorted(infix, key=lambda choice: choice.priority or 0)
    return [list(level) for _, level in groupby(ranked, key=lambda choice: choice.priority or 0)]


def _by_order(infix: Sequence[_Choice]) -> list[list[_Choice]]:
    levels: list[list[_Choice]] = []
    for choice in infix:
        before = levels[-1][-1].operator if levels else None
        if any({before, choice.operator} <= alike for alike in _ALIKE):
            levels[-1].append(choice)
        else:
            levels.append([choice])
    return levels


def _stage(
    notation: Notation, rule: Definition, name: str, further: str | None, choices: Sequence[_Choice]
) -> Iterator[str]:
    """The lines of one level, whose operators have the next one's as their operands."""
    inlined = rule.name.startswith("_")
    modifiers = ("" if inlined else "?") + ("!" if "!" in rule.modifiers else "")
    head = f"{modifiers}{name}{'' if rule.priority is None else f'.{rule.priority}'}: "
    if choices:
        yield from choices[0].above
    for place, choice in enumerate(choices):
        if place:
            yield from (f"    {comment}" for comment in choice.above)
        written = _written(notation, rule, name, further, choice)
        yield "  ".join((("    | " if place else head) + written, *choice.beside))
    if further is not None:
        yield ("    | " if choices else head) + further


def _written(notation: Notation, rule: Definition, name: str, further: str | None, choice: _Choice) -> str:
    parts, text = choice.alternative.parts, notation.text
    if not parts:
        body = ""
    else:
        first, last = text[parts[0].start : parts[0].end], text[parts[-1].start : parts[-1].end]
        left = name if choice.shape in (_INFIX, _POSTFIX) else first
        right = {_INFIX: further, _PREFIX: name}.get(choice.shape, last)
        between = text[parts[0].end : parts[-1].start]
        body = left if len(parts) == 1 else f"{left}{between}{right}"
    alias = _alias(rule, name, choice)
    return body if alias is None else f"{body} -> {alias}"


def _alias(rule: Definition, name: str, choice: _Choice) -> str | None:
    """The name that keeps the node what it was, though its rule is another one now."""
    if rule.name.startswith("_") or choice.alias is not None:
        return choice.alias
    if "?" not in rule.modifiers and choice.owner is rule:
        return rule.name
    return rule.name if name != rule.name and _more_than_one(choice) else None


def _more_than_one(choice: _Choice) -> bool:
    """Whether a node has never one child alone, for which that child would stand."""
    return choice.shape == _INFIX or kept(choice.owner, choice.alternative) not in (1, None)
