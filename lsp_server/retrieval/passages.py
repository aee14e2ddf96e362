"""Cuts texts into passages: a top-level element with the comment above it, or a heading with its code.

A passage is what a person might look up. Must not know where the texts come from, nor who looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from lsp_server.languages import QUOTES, Language
from lsp_server.syntax import parse

_LONGEST = 3_000
"""Characters of a passage: longer elements are cut at ends of lines."""

_PARSED = 400_000
"""A longer text is cut by its lines alone."""

_MOST = 2_000
"""Passages of one text."""

MARKDOWN = frozenset({".md", ".markdown"})

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_DESCRIPTION = re.compile(rf"({'|'.join(f'{quote}{{3}}|{quote}' for quote in QUOTES)})(.+?)\1", re.DOTALL)
"""A text with which an element begins says what it is."""

_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")


class PassageOrigin(StrEnum):
    """Where a passage comes from."""

    DOCS = "docs"
    EXAMPLES = "examples"
    WORKSPACE = "workspace"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Passage:
    """What may be looked up: what is `said` of it in the words of people, and its `code`.

    `name` is the file's, `line` counts from 1. Either text may be empty, not both.
    """

    origin: PassageOrigin
    name: str
    line: int
    said: str = field(repr=False)
    code: str = field(repr=False)


def passages_of(language: Language, origin: PassageOrigin, name: str, text: str) -> Iterator[Passage]:
    """The passages of a text in a language, or in Markdown by its name; in order, so many at most."""
    cut = _headings(text) if is_markdown(name) else _elements(language, text)
    for number, (line, said, code) in enumerate(cut):
        if number == _MOST:
            return
        yield Passage(origin, name, line, said, code)


def is_markdown(name: str) -> bool:
    """Whether a file is written in Markdown, by its name."""
    return name[name.rfind(".") :].lower() in MARKDOWN


def _elements(language: Language, text: str) -> Iterator[tuple[int, str, str]]:
    """Line, comment and code of each top-level element."""
    if len(text) > _PARSED:
        yield from _pieces(1, "", text)
        return
    end = line = 0
    for part in parse(language, text).parts:
        start = part.start
        above = text[end:start]
        line += text.count("\n", end, start)
        said = comment_text(language, _BLANK_LINE.split(above)[-1])
        described = _DESCRIPTION.match(part.text)
        if described is not None:
            said = f"{said}\n{described[2].strip()}"
        yield from _pieces(line + 1, said.strip(), part.text)
        line += part.text.count("\n")
        end = part.end


def comment_text(language: Language, text: str) -> str:
    """What comments say, without the signs by which they are told."""
    lines = []
    signs = [*language.comment.line, *(sign for pair in language.comment.block for sign in pair)]
    for line in text.splitlines():
        kept = line.strip()
        for sign in sorted(signs, key=len, reverse=True):
            kept = kept.removeprefix(sign).removesuffix(sign)
        lines.append(kept.strip("*-#/ \t"))
    return "\n".join(line for line in lines if line)


def _pieces(line: int, said: str, code: str) -> Iterator[tuple[int, str, str]]:
    while len(code) > _LONGEST:
        end = code.rfind("\n", 0, _LONGEST) + 1 or _LONGEST
        yield line, said, code[:end]
        line += code.count("\n", 0, end)
        code = code[end:]
    if code.strip():
        yield line, said, code


def _headings(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, prose and code of each stretch of Markdown that ends with a block of code, or before a heading.

    A heading is said of all that stands below it.
    """
    heading, prose, code = "", list[str](), list[str]()
    fence, first = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        found = _FENCE.match(line)
        if fence:
            if found is not None and found[1].startswith(fence):
                yield from _pieces(first, _said(heading, prose), "\n".join(code))
                fence, prose, code, first = "", [], [], number + 1
            else:
                code.append(line)
        elif found is not None:
            fence = found[1]
        elif line.startswith("#"):
            if any(map(str.strip, prose)):
                yield first, _said(heading, prose), ""
            heading, prose, first = line.lstrip("# "), [], number
        else:
            prose.append(line)
    if fence and code:
        yield from _pieces(first, _said(heading, prose), "\n".join(code))
    elif any(map(str.strip, prose)):
        yield first, _said(heading, prose), ""


def _said(heading: str, prose: list[str]) -> str:
    return "\n".join([heading, *prose]).strip()[:_LONGEST]
