"""Lists made by a rule that names itself at its end, written as repetitions, or with its name in front."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.authoring.repair.edits import Rewrite, bare, grouped, key, rewritten, rules_of
from lsp_server.lalr.notation import MAYBE, NAME, Alternative, Definition, Notation, NotationPart

Parts = tuple[NotationPart, ...]


def turn_recursion(notation: Notation) -> Iterator[Rewrite]:
    """Each right recursion, as a repetition and with the recursion at the left."""
    for rule in rules_of(notation):
        found = _read(rule)
        if found is None:
            continue
        steps, ends = found
        inlined = rule.name.startswith("_")
        for body, tree in _bodies(notation, rule, steps, ends):
            written = " ".join(body.split())
            yield Rewrite(
                kind="right recursion",
                rule=rule.name,
                message=f"`{rule.name}` written as `{written}`: it named itself at its end",
                edits=(rewritten(notation, rule, body),),
                tree="" if inlined else f"{tree} of `{rule.name}`",
            )


def _read(rule: Definition) -> tuple[list[Parts], list[Parts]] | None:
    """What comes before the rule's own name, and what it ends with; None where it is no list of this kind."""
    steps: list[Parts] = []
    ends: list[Parts] = []
    for alternative in rule.alternatives:
        if alternative.alias is not None:
            return None
        *before, last = alternative.parts or (None,)
        parts = tuple(part for part in before if part is not None)
        if any(inside.text == rule.name for part in parts for inside in part.within()):
            return None
        if last is None:
            ends.append(())
        elif bare(last, rule.name):
            steps.append(parts)
        elif _optional(last, rule.name):
            steps.append(parts)
            ends.append(parts)
        elif any(inside.kind == NAME and inside.text == rule.name for inside in last.within()):
            return None
        else:
            ends.append(alternative.parts)
    return (steps, ends) if steps and ends and all(steps) else None


def _optional(part: NotationPart, name: str) -> bool:
    """Whether a part is a rule's name, or nothing."""
    if part.kind == NAME:
        return part.text == name and part.operator == "?"
    inside = part.choices[0] if len(part.choices) == 1 else Alternative((), None, 0, 0)
    only = len(inside.parts) == 1 and bare(inside.parts[0], name)
    return only and (part.operator == "?" or (part.kind == MAYBE and not part.operator))


def _bodies(
    notation: Notation, rule: Definition, steps: list[Parts], ends: list[Parts]
) -> Iterator[tuple[str, str]]:
    """Bodies that derive the same, and how the trees then differ."""
    text = notation.text_of
    flat, left = "one flat node instead of a nest", "a nest to the left instead of the right"
    step = steps[0] if len(steps) == 1 else None
    keys = [tuple(map(key, end)) for end in ends]
    if step is not None and len(set(keys)) == 1:
        end = ends[0]
        size = len(end)
        own = tuple(map(key, step))
        if own == keys[0]:
            yield _repeated(step, text(step), "+"), flat
            yield f"{rule.name} {text(step)} | {text(step)}", left
            return
        if size and own[:size] == keys[0]:
            separator = text(step[size:])
            yield f"{text(end)} ({separator} {text(end)})*", flat
            yield f"{rule.name} {separator} {text(end)} | {text(end)}", left
            return
        if not size:
            yield _repeated(step, text(step), "*"), flat
            yield f"{rule.name} {text(step)} |", left
            return
    repeated = _repeated(step, text(step), "*") if step is not None else grouped(list(map(text, steps))) + "*"
    last = text(ends[0]) if len(ends) == 1 else grouped(list(map(text, ends)))
    yield f"{repeated} {last}", flat


def _repeated(parts: Parts, text: str, operator: str) -> str:
    """Some parts any number of times; of one that is repeated or optional itself once is enough."""
    if len(parts) != 1 or parts[0].kind == MAYBE or parts[0].operator.startswith("~"):
        return f"({text}){operator}"
    own = parts[0].operator
    return text.removesuffix(own).rstrip() + ("*" if "*" in own + operator or own == "?" else "+")
