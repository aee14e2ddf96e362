"""Starter queries of a bundle, from what its terminals are for and what its rules are about.

Each is a text that its owner goes on with: patterns in the order in which they count, under headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lsp_server.authoring.constructs import DECLARING, Constructs, NamedConstruct, Sort
from lsp_server.authoring.forms import Forms, NodePart
from lsp_server.inspection.roles import Role

_STYLES: Mapping[str, re.Pattern[str]] = {
    "function": re.compile(r"^(fun|func|fn|def|define|proc|macro|method|sub|routine)"),
    "module": re.compile(r"^(module|package|namespace|group|section)"),
    "property": re.compile(r"^(field|propert|attr|column)"),
    "constant": re.compile(r"^(const|enum_?value|case)"),
    "variable": re.compile(r"^(var|let|set|setting|value|assign)"),
}
"""By name of a capture, the kinds, or the words before a name, of what is so shown; all else is a type."""

_WORD_OPERATORS = frozenset(
    ("and", "or", "not", "xor", "in", "is", "like", "div", "mod", "between", "contains", "matches")
)
_WIDTH = 100


def queries(forms: Forms, constructs: Constructs) -> dict[str, str]:
    """The starter queries by name."""
    return {
        "highlights": "\n".join(_highlights(forms, constructs)),
        "outline": "\n".join(_outline(constructs)),
        "locals": "\n".join(_locals(forms, constructs)),
        "folds": "\n".join(_folds(forms, constructs)),
        "once": "\n".join(_once(constructs)),
    }


def closed(constructs: Constructs) -> dict[str, str]:
    """Each kind of definition, with how far it is known: names that are used are declared there, as a
    start.
    """
    return {construct.item: _visible(construct, constructs) or "scope" for construct in _defining(constructs)}


def leaves(forms: Forms, *roles: Role) -> tuple[str, ...]:
    """The patterns of the terminals with some roles, as they are in the trees: named, unnamed, or both."""
    found: dict[str, None] = {}
    for rule, shape in forms.grammar.shapes.items():
        for symbol, named in zip(rule.expansion, shape.named, strict=True):
            if forms.roles.get(symbol) in roles:
                found[forms.pattern(NodePart(symbol, named))] = None
    found.update((f"({name})", None) for name in sorted(forms.grammar.ignored) if forms.roles[name] in roles)
    return tuple(sorted(found, key=lambda pattern: (pattern.startswith("("), pattern)))


def _highlights(forms: Forms, constructs: Constructs) -> Iterator[str]:
    yield "; The later pattern is seen where two fit: names come after words that may be names.\n"
    words = leaves(forms, Role.WORD)
    joining = [word for word in words if word.strip('"').lower() in _WORD_OPERATORS]
    yield from _all_of([word for word in words if word not in joining], "keyword")
    yield from _all_of(joining, "keyword.operator")
    yield from _all_of(leaves(forms, Role.CONSTANT), "boolean")
    yield from _all_of(leaves(forms, Role.NUMBER), "number")
    yield from _all_of(leaves(forms, Role.STRING), "string")
    yield from _all_of(leaves(forms, Role.OPERATOR), "operator")
    yield from _all_of(leaves(forms, Role.BRACKET), "punctuation.bracket")
    yield from _all_of(leaves(forms, Role.DELIMITER), "punctuation.delimiter")
    yield from _all_of(leaves(forms, Role.COMMENT), "comment")
    yield "\n; Names, from what they name\n"
    yield from _all_of(leaves(forms, Role.NAME), "variable")
    for construct in constructs.all:
        if (capture := _shown_as(construct)) is not None:
            yield pattern_of(construct, [f"@{capture}"])
    yield ""


def _shown_as(construct: NamedConstruct) -> str | None:
    match construct.sort:
        case Sort.DECLARED:
            style = style_of(construct)
            return style if style in ("variable", "constant") else f"{style}.definition"
        case Sort.PARAMETER:
            return "variable.parameter"
        case Sort.CALLED:
            return "function"
        case Sort.KEY | Sort.MEMBER:
            return "property"
    return None


def style_of(construct: NamedConstruct) -> str:
    """What a declaration is shown as."""
    told = (*reversed(construct.words), construct.kind)
    return next((s for s, fits in _STYLES.items() if any(fits.match(t.lower()) for t in told)), "type")


def _outline(constructs: Constructs) -> Iterator[str]:
    yield "; What is shown of a file; an item inside another is its child.\n"
    for construct in constructs.of(Sort.DECLARED, Sort.LABEL):
        yield pattern_of(construct, ["@name"], words="@detail", whole=f"@item.{construct.item}")
    for construct in constructs.of(Sort.ASSIGNED):
        if construct.origin in constructs.top:
            yield pattern_of(construct, ["@name"], whole=f"@item.{construct.item}")
    yield ""


def _locals(forms: Forms, constructs: Constructs) -> Iterator[str]:
    yield "; What defines a name, how far it is known, and what uses one."
    yield from _under("", (f"({kind}) @local.scope" for kind in constructs.scopes))
    yield from _under("Definitions", _definitions(constructs))
    spaces = _spaces(_defining(constructs), constructs)
    if spaces:
        keys = constructs.of(Sort.KEY, Sort.MEMBER)
        yield from _under("No names of their own", (pattern_of(key, ["@local.nothing"]) for key in keys))
        told = "References: a name stands for the first of these that is known where it is used."
        yield from _under(told, _references(forms, constructs, spaces))
    yield ""


def _under(heading: str, patterns: Iterable[str]) -> Iterator[str]:
    """Patterns below their heading; nothing where there are none."""
    found = list(patterns)
    if found:
        yield from ("", f"; {heading}", "") if heading else ("",)
        yield from found


def _defining(constructs: Constructs) -> tuple[NamedConstruct, ...]:
    return constructs.of(*DECLARING)


def _definitions(constructs: Constructs) -> Iterator[str]:
    bound = {construct.kind for construct in constructs.of(Sort.BOUND)}
    for construct in _defining(constructs):
        visible = _visible(construct, constructs)
        setting = f'(#set! local.visible "{visible}")' if visible else ""
        named = construct.sort in (Sort.DECLARED, Sort.ASSIGNED) and construct.kind not in bound
        if not visible and named and construct.kind in constructs.scopes:
            setting = "(#set! local.around)"
        yield pattern_of(construct, [f"@local.definition.{construct.item}", setting], whole="@local.element")


def _references(forms: Forms, constructs: Constructs, spaces: Sequence[str]) -> Iterator[str]:
    """What is called stands for what takes arguments, if anything does; any other name for anything."""
    callable_ = [c for c in _defining(constructs) if _takes_arguments(forms, c)]
    if callable_:
        kind, every = callable_[0].item, dict.fromkeys((*(c.item for c in callable_), *spaces))
        space = f'(#set! local.space "{" ".join(every)}")'
        for construct in constructs.of(Sort.CALLED):
            yield pattern_of(construct, [f"@local.reference.{kind}", space])
    known = {c.kind for c in constructs.of(Sort.PARAMETER)}
    for pattern in dict.fromkeys(p for found in forms.names.values() for p in found):
        if pattern.strip("()") not in known:
            yield f'({pattern} @local.reference.name (#set! local.space "{" ".join(spaces)}"))'


def _spaces(defining: Sequence[NamedConstruct], constructs: Constructs) -> tuple[str, ...]:
    """The kinds of definitions, those first that are known in a scope only."""
    inner = [construct for construct in defining if not _visible(construct, constructs)]
    return tuple(dict.fromkeys(construct.item for construct in (*inner, *defining)))


def _visible(construct: NamedConstruct, constructs: Constructs) -> str:
    """How far a definition is known; "" for its scope."""
    if construct.origin not in constructs.top or construct.sort in (Sort.PARAMETER, Sort.BOUND):
        return ""
    return "workspace" if construct.sort is Sort.DECLARED else "file"


def _takes_arguments(forms: Forms, construct: NamedConstruct) -> bool:
    after = len(construct.before) + 1
    own = (form for form in forms.all if form.kind == construct.kind and len(form.parts) > after)
    return any(forms.text(form.parts[after]) == "(" for form in own)


def _folds(forms: Forms, constructs: Constructs) -> Iterator[str]:
    yield "; What can be folded away: its first line stays in sight, and the bracket that closes it.\n"
    yield from _all_of([f"({kind})" for kind in constructs.folding], "fold")
    yield from _all_of(leaves(forms, Role.COMMENT), "fold.comment")
    yield ""


def _once(constructs: Constructs) -> Iterator[str]:
    yield "; What may stand only once, in a block or in a file: no suggestion says it again.\n"
    yield from _all_of([f"({kind})" for kind in constructs.folding], "once.in")
    for construct in constructs.of(Sort.PARAMETER, Sort.DECLARED, Sort.KEY):
        yield pattern_of(construct, ["@once"], whole="@once.element")
    yield ""


def pattern_of(
    construct: NamedConstruct, captures: Sequence[str], *, words: str = "", whole: str = ""
) -> str:
    """A pattern for each way in which the name of a construct may be a node, all in one text."""
    before = " . ".join(f"{part} {words}".strip() for part in construct.before)
    texts = []
    for name in construct.name:
        first, *settings = captures
        children = f"{before} . {name} {first}".strip()
        inside = " ".join([children, *(setting for setting in settings if setting)])
        texts.append(f"({construct.kind} {inside}) {whole}".strip())
    return "\n".join(texts)


def _all_of(patterns: Sequence[str], capture: str) -> Iterator[str]:
    """One pattern that is any of some, over several lines where they are many."""
    if not patterns:
        return
    if len(patterns) == 1:
        yield f"{patterns[0]} @{capture}"
        return
    line = f"[{' '.join(patterns)}] @{capture}"
    if len(line) <= _WIDTH:
        yield line
        return
    lines, row = [], ""
    for pattern in patterns:
        if row and len(row) + len(pattern) >= _WIDTH:
            lines.append(row)
            row = ""
        row = f"{row} {pattern}" if row else f"  {pattern}"
    yield "\n".join(["[", *lines, row, f"] @{capture}"])
