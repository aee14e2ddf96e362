"""Writes out what a rule derives where it is used, so that the parser need not decide so early for it."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.authoring.repair.edits import (
    Rewrite,
    apply,
    bare,
    grouped,
    kept,
    rules_of,
    uses_of,
)
from lsp_server.lalr.notation import Alternative, Definition, Notation, NotationPart
from lsp_server.lalr.notation_reader import read_notation
from lsp_server.text import Edit, Span

_USES = 4
_ALTERNATIVES = 8


def inline(notation: Notation, names: frozenset[str]) -> Iterator[Rewrite]:
    """Each of some rules that does not name itself, written out where it is used."""
    rules = {rule.name: rule for rule in rules_of(notation)}
    for name in sorted(names & rules.keys(), key=lambda name: rules[name].start):
        rule, uses = rules[name], uses_of(notation, name)
        if not uses or len(uses) > _USES or len(rule.alternatives) > _ALTERNATIVES:
            continue
        if any(user is rule for user, _ in uses) or "!" in rule.modifiers:
            continue
        edits = [_written_out(notation, rule, user, part) for user, part in uses]
        if all(edit is not None for edit in edits):
            yield Rewrite(
                kind="inlining",
                rule=name,
                message=f"`{name}` written out where it is used",
                edits=(notation.removal_of(rule), *(edit for edit in edits if edit is not None)),
                tree="" if name.startswith("_") else f"no `{name}`, but where an alias keeps the name",
            )


def inline_both(notation: Notation, names: frozenset[str]) -> Iterator[Rewrite]:
    """Two rules written out where they are used, where only both together are of any help."""
    for first in inline(notation, names) if len(names) == 2 else ():
        changed = read_notation(apply(notation.text, first.edits))
        second = next(inline(changed, names - {first.rule}), None) if changed else None
        if changed is not None and second is not None:
            yield Rewrite(
                kind=first.kind,
                rule=first.rule,
                message=f"`{first.rule}` and `{second.rule}` written out where they are used",
                edits=(Edit(Span(0, len(notation.text)), apply(changed.text, second.edits)),),
                tree="; ".join(dict.fromkeys(filter(None, (first.tree, second.tree)))),
            )


def _written_out(notation: Notation, rule: Definition, user: Definition, part: NotationPart) -> Edit | None:
    texts = [notation.text_of(alternative.parts) for alternative in rule.alternatives]
    whole = next((a for a in user.alternatives if a.parts == (part,)), None)
    if whole is not None and whole.alias is None and bare(part):
        aliases = [_alias(rule, user, alternative) for alternative in rule.alternatives]
        named = [f"{text} -> {a}" if a else text for text, a in zip(texts, aliases, strict=True)]
        return Edit(Span(part.start, part.end), " | ".join(named))
    if any(alternative.alias for alternative in rule.alternatives):
        return None
    single = len(texts) == 1 and not part.operator
    return Edit(Span(part.start, part.start + len(part.text)), texts[0] if single else grouped(texts))


def _alias(rule: Definition, user: Definition, alternative: Alternative) -> str | None:
    """The name of the node that an alternative leaves, where it can be kept."""
    if user.name.startswith("_"):
        return None
    if alternative.alias is not None or rule.name.startswith("_"):
        return alternative.alias
    return None if "?" in rule.modifiers and kept(rule, alternative) in (1, None) else rule.name
