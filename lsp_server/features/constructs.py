"""What a bundle's `docs/*.md` say about the construct at a cursor.

A heading there names the words or signs that it explains, as they are written. Of several that fit around the
cursor the longest counts: `extend type` before `type`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.languages import Language
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Span

_SECTION = re.compile(r"^# +(?P<heading>.+)\n(?P<text>(?:(?!# ).*\n?)*)", re.MULTILINE)
_REACH = 100
"""Characters around the cursor in which the words of a heading are looked for."""


@dataclass(frozen=True, slots=True)
class Construct:
    """A section: its heading, and what is below it, as Markdown."""

    heading: str
    text: str


@lru_cache(maxsize=64)
def constructs(language: Language) -> tuple[tuple[re.Pattern[str], Construct], ...]:
    """All sections of a bundle, the longest headings first, each with how it is written in a text."""
    flags = re.IGNORECASE if language.naming.ignore_case else re.NOFLAG
    found = [
        Construct(section["heading"].strip(), section["text"].strip())
        for text in language.docs.values()
        for section in _SECTION.finditer(_outside_code(text))
    ]
    found.sort(key=lambda construct: -len(construct.heading))
    return tuple((re.compile(_written(construct.heading), flags), construct) for construct in found)


def construct_at(tree: SyntaxTree, offset: int) -> tuple[Span, Construct] | None:
    """The construct whose words or signs hold a cursor, and where they stand."""
    start, end = max(0, offset - _REACH), offset + _REACH
    for pattern, construct in constructs(tree.language):
        for match in pattern.finditer(tree.text, start, end):
            if match.start() <= offset < match.end() and tree.lexeme_at(match.start()) is not None:
                return Span(*match.span()), construct
    return None


def construct_named(language: Language, text: str) -> Construct | None:
    """The construct that a text is the beginning of: the longest whose words or signs it begins with."""
    found = ((pattern.match(text), construct) for pattern, construct in constructs(language))
    return next((construct for match, construct in found if match is not None), None)


def shown(construct: Construct) -> str:
    """What is shown about a construct, as Markdown."""
    return f"**{construct.heading}**\n\n{construct.text}"


def _written(heading: str) -> str:
    words = r"\s+".join(map(re.escape, heading.split()))
    before = r"(?<![\w$])" if heading[0].isalnum() else ""
    after = r"(?![\w$])" if heading[-1].isalnum() else ""
    return before + words + after


def _outside_code(text: str) -> str:
    """A text whose fenced lines are no headings: in many languages a comment begins as a heading does."""
    inside = False
    lines = []
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
        lines.append(f" {line}" if inside and line.startswith("#") else line)
    return "\n".join(lines)
