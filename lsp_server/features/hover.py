"""What is shown about the name at a cursor, or else about the construct: declaration and explanation.

Where nothing in the files defines a name, the language itself may: its bundle's builtins are looked at then.

All of it is Markdown. What explains a name is the text that the bundle's query captures beside it, or the
comment that stands directly above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc

from lsp_server.features.builtins import builtins_at, builtins_named, explained
from lsp_server.features.constructs import construct_at, shown
from lsp_server.features.telling import markdown_of
from lsp_server.languages import QUOTES, Comment, Language
from lsp_server.names.catalogued import symbol_at
from lsp_server.names.occurrences import Name
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Span

MOST_LINES = 12
"""The most lines of a declaration."""


@dataclass(frozen=True, slots=True)
class Hover:
    """What is shown, and what it is about."""

    span: Span
    markdown: str


TextOf = Callable[[str], str | None]
"""The text of a document of the workspace, by its URI."""


def hover(tree: SyntaxTree, resolver: Resolver, uri: str, offset: int, text_of: TextOf) -> Hover | None:
    """What to show at a cursor; None where there is nothing to say."""
    place = resolver.at(uri, offset)
    if place is not None:
        told = described(tree.language, resolver, place, text_of)
        if told is not None:
            return Hover(place.span, told)
    construct = construct_at(tree, offset)
    if construct is not None:
        return Hover(construct[0], shown(construct[1]))
    if place is None:
        found = builtins_at(tree, offset)
    else:
        found = place.span, builtins_named(tree.language, place.occurrence)
    return Hover(found[0], explained(tree.language, found[1])) if found and found[1] else None


def described(language: Language, resolver: Resolver, place: Place, text_of: TextOf) -> str | None:
    """What defines a name, and what explains that; None where nothing defines it."""
    targets = resolver.definitions(place) if symbol_at(place) is None else (place,)
    found = [
        _described(language, target, text)
        for target in targets
        if (text := text_of(target.unit.uri)) is not None
    ]
    found += [markdown_of(language, told) for target in targets if (told := symbol_at(target)) is not None]
    return "\n\n---\n\n".join(dict.fromkeys(found)) if found else None


def _described(language: Language, target: Place, text: str) -> str:
    name = target.name
    element, inside = name.element, name.documentation
    start = element.start
    if inside is not None and inside.end <= name.span.start:
        start = inside.end + len(text[inside.end :]) - len(text[inside.end :].lstrip())
    explained = described_at(language, name, text)
    code = f"```{language.id}\n{_declaration(text, start, element.end)}\n```"
    return f"{code}\n\n{explained}" if explained else code


def described_at(language: Language, name: Name, text: str) -> str:
    """What explains a definition where it stands; empty where nothing does."""
    inside = name.documentation
    if inside is None:
        return comment_above(text, name.element.start, language.comment)
    return _unquoted(text[inside.start : inside.end])


def _declaration(text: str, start: int, end: int) -> str:
    """The text of an element, its further lines moved left as far as the first one stands to the right."""
    indent = start - (text.rfind("\n", 0, start) + 1)
    first, *more = text[start:end].splitlines() or [""]
    lines = [first, *(line[min(indent, len(line) - len(line.lstrip())) :] for line in more)]
    shown = lines[:MOST_LINES]
    return "\n".join([*shown, "…"] if len(lines) > len(shown) else shown).rstrip()


def comment_above(text: str, offset: int, comment: Comment) -> str:
    """The comment that ends on the line above an offset, without its signs; empty where there is none."""
    above = text[: text.rfind("\n", 0, offset) + 1].removesuffix("\n").removesuffix("\r")
    for opener, closer in comment.block:
        start = above.rfind(opener)
        if (
            above.endswith(closer)
            and start >= 0
            and not above[above.rfind("\n", 0, start) + 1 : start].strip()
        ):
            inner = above[start + len(opener) : -len(closer)]
            return cleandoc(re.sub(r"^[ \t]*\*(?=\s|$)[ \t]?", "", inner, flags=re.MULTILINE)).strip("* \n")
    lines: list[str] = []
    for line in reversed(above.splitlines()):
        sign = next((sign for sign in comment.line if line.lstrip().startswith(sign)), None)
        if sign is None:
            break
        lines.append(line.strip().lstrip(sign[0]).strip())
    return "\n".join(reversed(lines)).strip()


def _unquoted(written: str) -> str:
    """What a string says, without its quotes."""
    for quote in QUOTES:
        bare = written.strip().strip(quote)
        if len(bare) < len(written.strip()):
            return cleandoc(bare).strip()
    return cleandoc(written).strip()


def plain(markdown: str) -> str:
    """What is shown where no Markdown can be: without fences and emphasis."""
    lines = [line for line in markdown.splitlines() if not line.startswith("```")]
    return re.sub(r"\*\*(.+?)\*\*|`([^`\n]+)`", r"\1\2", "\n".join(lines))
