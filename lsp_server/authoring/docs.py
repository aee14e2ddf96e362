"""Starter documentation: a section for each construct that begins with words, and what the grammar says.

Editors show a section where the cursor is on the words of its heading.
"""

from __future__ import annotations

from lsp_server.authoring.forms import Forms, NodeForm, NodePart
from lsp_server.inspection.roles import Role
from lsp_server.lalr.notation import Notation, rule_of

_MOST = 3
"""So many words are a heading."""


def constructs_page(forms: Forms, notation: Notation) -> str:
    """The sections of all constructs, in the order of the grammar; "" where none begins with a word."""
    sections: dict[str, str] = {}
    for form in sorted(forms.all, key=lambda form: place_of(notation, form.origin)):
        words = _words(forms, form)
        if words and words not in sections:
            sections[words] = _section(forms, notation, form, words)
    return "\n".join(sections.values())


def place_of(notation: Notation, origin: str) -> int:
    """Where a rule stands in the grammar."""
    place = notation.place_of(origin)
    return 0 if place is None else place.start


def explanation(notation: Notation, origin: str, kind: str) -> str:
    """The comment of a rule, or else what there is to say without one."""
    definition = notation.rule(rule_of(origin))
    comment = notation.comment_of(definition) if definition is not None else ""
    return comment or f"Begins what the grammar calls {_in_words(kind)}."


def _words(forms: Forms, form: NodeForm) -> str:
    found = []
    for part in form.parts[:_MOST]:
        if forms.role(part) is not Role.WORD or (text := forms.text(part)) is None:
            break
        found.append(text)
    return " ".join(found)


def _section(forms: Forms, notation: Notation, form: NodeForm, words: str) -> str:
    """Heading, explanation, and how it is written."""
    same = [other for other in forms.all if other.kind == form.kind and _words(forms, other) == words]
    longest = max(same, key=lambda other: len(other.parts))
    what = explanation(notation, form.origin, form.kind)
    language = forms.grammar.language.id
    return f"# {words}\n\n{what}\n\n```{language}\n{signature(forms, longest)}\n```\n"


def signature(forms: Forms, form: NodeForm) -> str:
    """How a form is written: fixed texts as they are, and for all else what it is, with dots for many."""
    shown: list[str] = []
    for part in form.parts:
        word = _shown(forms, part)
        if part.repeated:
            if not shown or shown[-1] != "...":
                shown.append("...")
        else:
            shown.append(word)
    text = " ".join(shown)
    for sign in "([":
        text = text.replace(f"{sign} ", sign)
    for sign in ")],;":
        text = text.replace(f" {sign}", sign)
    return text


def _shown(forms: Forms, part: NodePart) -> str:
    text = forms.text(part)
    if text is not None:
        return text
    terminal = forms.grammar.terminals.get(part.symbol)
    return terminal.spelling if terminal is not None else _in_words(part.symbol)


def _in_words(name: str) -> str:
    return rule_of(name).strip("_").replace("_", " ")
