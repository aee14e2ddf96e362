"""Changes of a grammar's text, and what it takes to make them: what is equal, used, or a comment.

An edit touches what it is about and nothing else: comments and layout stay as they are, and what is taken
away with a body leaves its comments behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsp_server.lalr.notation import (
    LITERAL,
    MAYBE,
    NAME,
    OTHER,
    Alternative,
    Definition,
    Notation,
    NotationPart,
    comments,
    without_comments,
)
from lsp_server.text import Edit, Span, apply_edits


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change of one rule that may make a conflict go away.

    Attributes:
        kind: what is done, as a short name.
        rule: the rule that it is about.
        message: what is done to it, in one line.
        edits: the change; none overlaps another.
        sure: the language stays the same by construction. What is not sure has to be tried out.
        tree: how trees change, where they do.

    """

    kind: str
    rule: str
    message: str
    edits: tuple[Edit, ...]
    sure: bool = True
    tree: str = ""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """A text with some edits made, all of them of the text as it is."""
    return apply_edits(text, sorted(edits, key=lambda edit: edit.span, reverse=True))


def shown(notation: Notation, parts: Sequence[NotationPart]) -> str:
    """Some parts in one line, as a person is told of them."""
    return " ".join(notation.text_of(parts).split()) or "(nothing)"


def key(part: NotationPart) -> object:
    """What a part is, however it is laid out: equal for parts that mean the same."""
    inside = tuple((tuple(map(key, choice.parts)), choice.alias) for choice in part.choices)
    return part.kind, part.text if not part.choices else "", "".join(part.operator.split()), inside


def body_key(alternative: Alternative) -> tuple[object, ...]:
    """What an alternative is, whatever its alias."""
    return tuple(map(key, alternative.parts))


def bare(part: NotationPart, name: str | None = None) -> bool:
    """Whether a part is a name, or a certain one, once."""
    return part.kind == NAME and not part.operator and name in (None, part.text)


def rules_of(notation: Notation) -> Iterator[Definition]:
    """The rules that stand once and whole in the text, without parameters: those that can be rewritten."""
    names = [definition.name for definition in notation.definitions]
    for definition in notation.definitions:
        whole = not (definition.terminal or definition.parameters or definition.statement)
        if whole and names.count(definition.name) == 1:
            yield definition


def uses_of(notation: Notation, name: str) -> list[tuple[Definition, NotationPart]] | None:
    """The parts that name a rule; None where a template uses it, so that not all of them are known."""
    found = []
    for definition in notation.definitions:
        for part in definition.within():
            if part.kind == NAME and part.text == name:
                found.append((definition, part))
            elif part.kind == OTHER and name in (mention.name for mention in part.mentions):
                return None
    return found


def empties(notation: Notation) -> frozenset[str]:
    """The rules of the text that derive nothing."""
    found: set[str] = set()
    while True:
        new = {
            definition.name
            for definition in notation.definitions
            if not definition.terminal and any(_empty(choice, found) for choice in definition.alternatives)
        }
        if new <= found:
            return frozenset(found)
        found |= new


def _empty(alternative: Alternative, known: set[str]) -> bool:
    return all(
        part.operator in ("?", "*")
        or part.kind == MAYBE
        or (part.kind == NAME and part.text in known)
        or any(_empty(choice, known) for choice in part.choices)
        for part in alternative.parts
    )


def kept(definition: Definition, alternative: Alternative) -> int | None:
    """How many children an alternative leaves in the node; None where that varies or is not known."""
    total = 0
    for part in alternative.parts:
        if part.operator or part.kind not in (NAME, LITERAL) or part.text.startswith("_"):
            return None
        total += part.kind == NAME or part.text.startswith("/") or "!" in definition.modifiers
    return total


def bar_before(notation: Notation, definition: Definition, place: int) -> int:
    """The offset of the bar before an alternative that is not the first."""
    start, end = definition.alternatives[place - 1].end, definition.alternatives[place].start
    return start + without_comments(notation.text[start:end]).rindex("|")


def without(notation: Notation, definition: Definition, place: int) -> tuple[Edit, ...]:
    """Take one of several alternatives away."""
    text, alternative = notation.text, definition.alternatives[place]
    if place == 0:
        bar = bar_before(notation, definition, 1)
        after = bar + 1
        while text[after : after + 1] in (" ", "\t"):
            after += 1
        if not comments(text[alternative.end : bar]):
            return (Edit(Span(alternative.start, after), ""),)
        return Edit(Span(alternative.start, alternative.end), ""), Edit(Span(bar, after), "")
    start = len(text[: bar_before(notation, definition, place)].rstrip(" \t"))
    start = len(text[:start].removesuffix("\n").removesuffix("\r"))
    return (Edit(Span(start, alternative.end), ""),)


def rewritten(notation: Notation, definition: Definition, body: str) -> Edit:
    """Give a rule another body; comments in the one it had come before the rule."""
    text = notation.text
    above = "".join(f"{comment}\n" for comment in comments(text[definition.body : definition.end]))
    head = text[definition.start : definition.body].rstrip()
    return Edit(Span(definition.start, definition.end), f"{above}{head} {body}".rstrip())


def fresh(notation: Notation, wanted: str) -> str:
    """A name that nothing has: the one wanted, or that with a number."""
    taken = set(re.findall(r"\w+", notation.text))
    number = 2
    name = wanted
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def grouped(texts: list[str]) -> str:
    """One text of several alternatives, as one part."""
    return f"({' | '.join(texts)})"
