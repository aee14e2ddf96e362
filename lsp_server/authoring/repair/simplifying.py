"""Takes out what a grammar says twice: alternatives, rules, empties, repetitions that meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsp_server.authoring.repair.edits import (
    Rewrite,
    bare,
    body_key,
    empties,
    rules_of,
    shown,
    uses_of,
    without,
)
from lsp_server.lalr.notation import LITERAL, MAYBE, NAME, Alternative, Definition, Notation, NotationPart
from lsp_server.text import Edit, Span

_TIMES = {"": (1, False), "?": (0, False), "*": (0, True), "+": (1, True)}
"""By operator, how often at least, and whether any number of times."""


def drop_covered(notation: Notation) -> Iterator[Rewrite]:
    """Each alternative that another one of the same rule derives as well."""
    rules = {rule.name: rule for rule in rules_of(notation)}
    for rule in rules.values():
        for place, alternative in enumerate(rule.alternatives):
            others = [other for other in rule.alternatives if other is not alternative]
            cover = next((o for o in others if _covers(rules, o, body_key(alternative), {rule.name})), None)
            if cover is None or (not cover.parts and not alternative.parts):
                continue
            text, by = shown(notation, alternative.parts), shown(notation, cover.parts)
            yield Rewrite(
                kind="covered alternative",
                rule=rule.name,
                message=f"`{text}` taken out of `{rule.name}`: `{by}` derives it too",
                edits=without(notation, rule, place),
                tree=f"`{text}` in `{rule.name}` is always read as `{by}`",
            )


def _covers(
    rules: dict[str, Definition], alternative: Alternative, wanted: Sequence[object], seen: set[str]
) -> bool:
    if not wanted or len(alternative.parts) != 1 or not bare(alternative.parts[0]):
        return False
    name = alternative.parts[0].text
    inner = rules.get(name)
    if inner is None or name in seen:
        return False
    return any(
        body_key(choice) == wanted or _covers(rules, choice, wanted, seen | {name})
        for choice in inner.alternatives
    )


def merge_equal(notation: Notation) -> Iterator[Rewrite]:
    """Each rule that has the same alternatives as an earlier one, whose place that takes."""
    rules = list(rules_of(notation))
    for place, rule in enumerate(rules):
        for other in rules[place + 1 :]:
            if _body(rule) != _body(other) or rule.name.startswith("_") != other.name.startswith("_"):
                continue
            uses = uses_of(notation, other.name)
            if uses is None or uses_of(notation, rule.name) is None:
                continue
            edits = [notation.removal_of(other)]
            for user, part in uses:
                if user is other:
                    continue
                twin = _twin(user, part, rule.name)
                if twin is None:
                    edits.append(Edit(Span(part.start, part.start + len(other.name)), rule.name))
                else:
                    edits += without(notation, user, twin)
            yield Rewrite(
                kind="equal rules",
                rule=other.name,
                message=f"`{other.name}` taken out: it is the same as `{rule.name}`, which takes its place",
                edits=tuple(edits),
                tree=f"`{rule.name}` where `{other.name}` was",
            )


def _body(rule: Definition) -> frozenset[object]:
    return frozenset(body_key(alternative) for alternative in rule.alternatives)


def _twin(user: Definition, part: NotationPart, name: str) -> int | None:
    """The alternative that is only this part, if the rule has one that is only the other name."""
    names = [a.parts[0].text if len(a.parts) == 1 and bare(a.parts[0]) else None for a in user.alternatives]
    if name not in names:
        return None
    return next((place for place, a in enumerate(user.alternatives) if a.parts == (part,)), None)


def settle_empties(notation: Notation) -> Iterator[Rewrite]:
    """Each part that may be left out and may also be there and be empty: one of the two is enough."""
    nothing = empties(notation)
    rules = {rule.name: rule for rule in rules_of(notation)}
    for name in rules:
        uses = uses_of(notation, name)
        if name not in nothing or not uses:
            continue
        optional = [part for _, part in uses if part.operator == "?"]
        if optional:
            yield Rewrite(
                kind="empties",
                rule=name,
                message=f"`{name}?` made `{name}`, which may be empty already",
                edits=tuple(Edit(Span(part.end - 1, part.end), "") for part in optional),
                tree=f"an empty `{name}` where there was none",
            )
        if (emptied := _not_empty(notation, rules[name], nothing)) is not None:
            operators = {"": "?", "+": "*"}
            edits = [
                Edit(Span(part.start, part.end), part.text + operators[part.operator])
                for _, part in uses
                if part.operator in operators
            ]
            yield Rewrite(
                kind="empties",
                rule=name,
                message=f"`{name}` made never empty, and optional where it is used",
                edits=(*emptied, *edits),
                tree=f"no `{name}` where there was an empty one",
            )


def _not_empty(notation: Notation, rule: Definition, nothing: frozenset[str]) -> tuple[Edit, ...] | None:
    """Edits after which a rule derives what it did, but for nothing; None where that is not so simple."""
    if not any(alternative.parts for alternative in rule.alternatives):
        return None
    edits: list[Edit] = []
    for place, alternative in enumerate(rule.alternatives):
        parts = alternative.parts
        if not parts:
            edits += without(notation, rule, place)
        elif len(parts) == 1 and parts[0].operator in ("?", "*") and not _may_be_empty(parts[0], nothing):
            edits.append(Edit(Span(parts[0].end - 1, parts[0].end), "+" if parts[0].operator == "*" else ""))
        elif all(part.operator in ("?", "*") or _may_be_empty(part, nothing) for part in parts):
            return None
    return tuple(edits)


def _may_be_empty(part: NotationPart, nothing: frozenset[str]) -> bool:
    return part.kind not in (NAME, LITERAL) or part.text in nothing


def join_repetitions(notation: Notation) -> Iterator[Rewrite]:
    """Each pair of repetitions of one part that stand side by side: where one ends nobody can tell."""
    for rule in rules_of(notation):
        for alternative in _alternatives(rule):
            for one, two in zip(alternative.parts, alternative.parts[1:], strict=False):
                joined = _joined(notation, one, two)
                if joined is not None:
                    before = notation.text[one.start : two.end]
                    yield Rewrite(
                        kind="repetitions that meet",
                        rule=rule.name,
                        message=f"`{before}` in `{rule.name}` made `{joined}`",
                        edits=(Edit(Span(one.start, two.end), joined),),
                    )


def _alternatives(rule: Definition) -> Iterator[Alternative]:
    yield from rule.alternatives
    for part in rule.within():
        yield from part.choices


def _joined(notation: Notation, one: NotationPart, two: NotationPart) -> str | None:
    """Two parts as one: `x*` after `x?` is `x*`. None where they are not the same, or each is once."""
    if one.operator not in _TIMES or two.operator not in _TIMES or MAYBE in (one.kind, two.kind):
        return None
    text = notation.text[one.start : one.end - len(one.operator)].rstrip()
    if text != notation.text[two.start : two.end - len(two.operator)].rstrip():
        return None
    (least, any_one), (more, any_two) = _TIMES[one.operator], _TIMES[two.operator]
    if any_one or any_two:
        return " ".join([text] * (least + more - 1) + [text + ("+" if least + more else "*")])
    return None if least + more == 2 else f"{text} {text}?" if least + more else f"({text} {text}?)?"
