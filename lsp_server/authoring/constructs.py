"""What the rules of a grammar are about, from their shapes: declarations, keys, calls, members, blocks.

All of this is a guess that is right of most languages; what comes of it is the owner's to correct. A
declaration is words and a name, and more than single lexemes after it. What a word like `import` or `return`
is followed by is only used. Examples may tell of other places that names are declared there (`declaring`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from lsp_server.authoring.forms import Forms, NodeForm, NodePart
from lsp_server.inspection.roles import MIRRORED, Role

_IMPORTING = frozenset(("import", "include", "use", "using", "require"))
# fmt: off
_USING = frozenset((
    *_IMPORTING, "from", "extends", "implements", "return", "yield",
    "goto", "call", "run", "on", "in", "of", "to", "with", "by", "if", "elif", "unless", "when", "while",
    "until", "not", "and", "or", "select", "delete", "drop", "alter", "throw", "raise", "print", "assert",
    "await", "emit", "notify", "set", "unset", "case", "where", "is", "has", "exit", "break", "continue",
    "default", "depends",
))
# fmt: on
_BINDING = frozenset(("for", "foreach", "each", "as"))
_ASSIGNING = frozenset(("=", ":=", "<-", "::="))
_KEYED = frozenset((":", "=>", "->", "="))
_JOINING = frozenset((".", "::", "?."))
_PARAMETER = re.compile(r"param|formal")
_DECLARING = re.compile(r"decl|defin|_def\b|_def$")
_KEY = re.compile(r"propert|field|attr|option|entry|pair|arg|kwarg|named|key|member|setting|item|label")
_RULE = re.compile(r"_?(declaration|definition|statement|decl|def|stmt|rule|block)$")
_MOST_WORDS = 3
"""So many words may stand before the name of a declaration."""


class Sort(StrEnum):
    """What a name is to the construct that it stands in."""

    DECLARED = "declared"
    ASSIGNED = "assigned"
    PARAMETER = "parameter"
    BOUND = "bound"
    KEY = "key"
    CALLED = "called"
    MEMBER = "member"
    LABEL = "label"


DECLARING = (Sort.PARAMETER, Sort.BOUND, Sort.ASSIGNED, Sort.DECLARED)
"""The sorts of what declares a name."""

COMMA = ","
VARIABLE = "variable"
"""What is set or bound is called so."""


@dataclass(frozen=True, slots=True)
class NamedConstruct:
    """A kind of nodes, what the name in it is, and how to find that: a pattern of children before the name's.

    `words` are the fixed words before the name; `name` the patterns of its node.
    """

    kind: str
    origin: str
    sort: Sort
    words: tuple[str, ...]
    before: tuple[str, ...]
    name: tuple[str, ...]

    @property
    def item(self) -> str:
        """What a person would call it: the kind without what only says that it is a rule."""
        if self.sort in (Sort.ASSIGNED, Sort.BOUND):
            return VARIABLE
        return _RULE.sub("", self.kind) or self.kind


@dataclass(frozen=True)
class Constructs:
    """All constructs of a grammar.

    Attributes:
        all: the constructs, each once, in the order of the grammar.
        top: the rules whose text may stand in no declaration.
        scopes: the kinds of declarations in which others stand that are known there only.
        folding: the kinds of nodes that hold what brackets or words enclose.

    """

    all: tuple[NamedConstruct, ...]
    top: frozenset[str]
    scopes: tuple[str, ...]
    folding: tuple[str, ...]

    def of(self, *sorts: Sort) -> tuple[NamedConstruct, ...]:
        """Those of some sorts."""
        return tuple(construct for construct in self.all if construct.sort in sorts)


def constructs(
    forms: Forms, more: Iterable[NamedConstruct] = (), without: Set[NamedConstruct] = frozenset()
) -> Constructs:
    """What the rules of a grammar are about, as far as their shapes tell; what is known better is given."""
    shaped = dict.fromkeys(construct for form in forms.all for construct in _in_form(forms, form))
    found = tuple(dict.fromkeys(construct for construct in (*shaped, *more) if construct not in without))
    declaring = frozenset(c.origin for c in found if c.sort in (Sort.DECLARED, Sort.LABEL))
    start = forms.grammar.language.start
    top = forms.directly_in(start, declaring) | {start}
    every = tuple(_placed(construct, top) for construct in found)
    inner = frozenset(
        c.origin
        for c in every
        if c.sort in (Sort.DECLARED, Sort.ASSIGNED, Sort.PARAMETER) and c.origin not in top
    )
    bound = frozenset(c.origin for c in every if c.sort is Sort.BOUND)
    scopes = dict.fromkeys(
        c.kind
        for c in every
        if c.origin in bound
        or (c.origin in declaring and (forms.directly_in(c.origin, declaring) - {c.origin}) & inner)
    )
    return Constructs(every, top, tuple(scopes), tuple(dict.fromkeys(_folding(forms))))


def places(forms: Forms) -> tuple[tuple[NamedConstruct, ...], ...]:
    """All places of names, as if each were declared there: by words before it, or else as variables are.

    A place comes with those behind the commas of a list that begins there.
    """
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], dict[NamedConstruct, None]] = {}
    for form in forms.all:
        for index, part in enumerate(form.parts):
            if forms.role(part) is Role.NAME and not _is_type(forms, form, index):
                before = form.parts[:index]
                headed = 0 < index <= _MOST_WORDS and all(forms.role(one) is Role.WORD for one in before)
                sort, near = (Sort.DECLARED, before) if headed else (Sort.ASSIGNED, before[-1:])
                place = _construct(forms, form, sort, near, part)
                alike = found.setdefault((place.kind, place.before, place.name), {place: None})
                alike |= dict.fromkeys(_listed(forms, form, next(iter(alike)), index))
    listed = {(one.kind, one.before) for alike in found.values() for one in [*alike][1:]}
    return tuple(tuple(alike) for (kind, before, _), alike in found.items() if (kind, before) not in listed)


def _listed(forms: Forms, form: NodeForm, first: NamedConstruct, index: int) -> Iterator[NamedConstruct]:
    """The same as a name in a form, where more such follow behind commas: the places of these."""
    after = form.parts[index + 1 : index + 3]
    texts, roles = [*map(forms.text, after)], [*map(forms.role, after)]
    if texts[:1] == [COMMA] and roles[1:] == [Role.NAME] and after[1].repeated:
        before = (forms.pattern(after[0]),)
        yield replace(first, words=(), before=before, name=_patterns(forms, after[1]))


def _placed(construct: NamedConstruct, top: frozenset[str]) -> NamedConstruct:
    """What is assigned to inside a declaration by a rule that is called a key is one."""
    if construct.sort is Sort.ASSIGNED and construct.origin not in top and _KEY.search(construct.kind):
        return replace(construct, sort=Sort.KEY)
    return construct


def _in_form(forms: Forms, form: NodeForm) -> Iterable[NamedConstruct]:
    """The constructs that a form is an example of."""
    head = _head(forms, form)
    if head is not None:
        yield head
        if head.sort in DECLARING:
            yield from _listed(forms, form, head, len(head.before))
    parts = form.parts
    for joint, name in pairwise(parts):
        if forms.text(joint) in _JOINING and forms.role(name) is Role.NAME and parts[0] is not joint:
            yield _construct(forms, form, Sort.MEMBER, (joint,), name)


def _head(forms: Forms, form: NodeForm) -> NamedConstruct | None:
    """What a form begins with: words and a name, or a name alone."""
    parts = form.parts
    words = 0
    while words < min(len(parts), _MOST_WORDS) and forms.role(parts[words]) is Role.WORD:
        words += 1
    if words == len(parts) or parts[words].repeated:
        return None
    name, rest = parts[words], parts[words + 1 :]
    role = forms.role(name)
    if words and role is Role.STRING and not name.chosen and _goes_on(forms, rest):
        used = (forms.text(parts[words - 1]) or "").lower() in _USING
        return None if used else _construct(forms, form, Sort.LABEL, parts[:words], name)
    if role is not Role.NAME:
        return None
    if not words and _is_type(forms, form, 0):
        typed = _PARAMETER.search(form.kind) and not rest[0].repeated
        return _construct(forms, form, Sort.PARAMETER, parts[:1], rest[0]) if typed else None
    sort = _with_words(forms, form, words) if words else _without_words(forms, form)
    if name.chosen and sort is not Sort.CALLED:
        return None
    return None if sort is None else _construct(forms, form, sort, parts[:words], name)


def _is_type(forms: Forms, form: NodeForm, index: int) -> bool:
    """Whether of two names in a row the first is the type of the second: called so, or of the same kind."""
    pair = form.parts[index : index + 2]
    named = len(pair) == 2 and all(forms.role(one) is Role.NAME for one in pair)
    return named and (pair[0].symbol == pair[1].symbol or "type" in pair[0].symbol.lower())


def _with_words(forms: Forms, form: NodeForm, words: int) -> Sort | None:
    word = (forms.text(form.parts[words - 1]) or "").lower()
    rest = form.parts[words + 1 :]
    if word in _BINDING:
        return Sort.BOUND
    if _DECLARING.search(form.kind) and word not in _IMPORTING:
        return Sort.DECLARED
    if word in _USING:
        return None
    following = forms.text(rest[0]) if rest else None
    if following in _ASSIGNING | {"(", ":"} or _goes_on(forms, rest):
        return Sort.DECLARED
    return None


def _without_words(forms: Forms, form: NodeForm) -> Sort | None:
    following = forms.text(form.parts[1]) if len(form.parts) > 1 else None
    if _PARAMETER.search(form.kind):
        return Sort.PARAMETER
    if following == "(":
        return Sort.CALLED
    if following in _ASSIGNING and not (following in _KEYED and _KEY.search(form.kind)):
        return Sort.ASSIGNED
    return Sort.KEY if following in _KEYED and not form.parts[1].repeated else None


def _goes_on(forms: Forms, parts: Iterable[NodePart]) -> bool:
    """Whether more comes than single lexemes: a bracket, or what a rule says."""
    return any(forms.text(part) in MIRRORED or forms.role(part) is None for part in parts)


def _construct(
    forms: Forms, form: NodeForm, sort: Sort, before: tuple[NodePart, ...], name: NodePart
) -> NamedConstruct:
    """A construct whose name follows some parts."""
    return NamedConstruct(
        form.kind,
        form.origin,
        sort,
        tuple(text for text in map(forms.text, before) if text is not None),
        tuple("(_)" if forms.role(part) is None else forms.pattern(part) for part in before),
        _patterns(forms, name),
    )


def _patterns(forms: Forms, name: NodePart) -> tuple[str, ...]:
    """How a query names the node of a name."""
    return forms.names.get(name.symbol, (f"({name.symbol})",))


def _folding(forms: Forms) -> Iterable[str]:
    """The kinds of nodes with brackets around several things, words at both ends, or an indented block."""
    blocks = forms.grammar.language.indentation
    indent = None if blocks is None else blocks.indent
    for form in forms.all:
        texts = [forms.text(part) for part in form.parts]
        for start, opener in enumerate(texts):
            closers = [i for i, t in enumerate(texts) if t is not None and t == MIRRORED.get(opener or "")]
            if (
                closers
                and closers[-1] - start > 1
                and any(part.repeated or forms.role(part) is None for part in form.parts[start : closers[-1]])
            ):
                yield form.kind
        if any(part.symbol == indent for part in form.parts):
            yield form.kind
        if len(texts) > 2 and all(forms.role(form.parts[end]) is Role.WORD for end in (0, -1)):
            yield form.kind
