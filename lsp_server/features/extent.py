"""How much to suggest: a line, or a block where the cursor opens one."""

from __future__ import annotations

import re
from itertools import takewhile

from lsp_server.constraint import Prefix
from lsp_server.decoding import heal_start
from lsp_server.features.placing import CursorPlace, likely_place, place_of
from lsp_server.lalr import Grammar
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks
from lsp_server.text import Span

_BELOW = re.compile(r"\s*\n([ \t]*+)\S")
"""What follows the end of a line up to the next one that is not blank; the group is its indentation."""


def opens_block(language: Language, prefix: Prefix, landmarks: Landmarks, offset: int) -> bool:
    """Whether the cursor is where a block begins that holds nothing yet: several lines are wanted there.

    An opening bracket, or what else opens a block, is the last thing before it, in its line or the one
    before, the rest of its line is blank, and the next line that is not blank is indented no farther than the
    one with the bracket. In a comment or a text nothing opens a block: the parser must have read it as a
    lexeme of its own. That is asked only where all else is so, and reads what a suggestion there has need of.
    """
    opener = _opener_before(_openers(language, prefix.grammar), prefix.text, offset)
    if opener is None:
        return False
    heal = heal_start(prefix.text, offset)
    likely = None if landmarks.known else likely_place(prefix, landmarks, offset, heal)
    place = likely or place_of(prefix, landmarks, offset, heal)
    return isinstance(place, CursorPlace) and _is_lexeme(place, opener)


def _opener_before(openers: tuple[str, ...], text: str, offset: int) -> Span | None:
    """Where what looks like an opener stands by which a block would begin at a cursor."""
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    end = len(text) if end < 0 else end
    if text[offset:end].strip():
        return None
    if not text[start:offset].strip():
        last = text[:start].rstrip(" \t\r\n")
        if text.count("\n", len(last), start) != 1:
            return None
        start = last.rfind("\n") + 1
        line = last[start:]
    else:
        line = text[start:offset].rstrip()
    opener = next((opener for opener in openers if line.endswith(opener)), None)
    if opener is None:
        return None
    below = _BELOW.match(text, end)
    if below is not None and len(below[1]) > len(line) - len(line.lstrip(" \t")):
        return None
    closes = start + len(line)
    return Span(closes - len(opener), closes)


def _is_lexeme(place: CursorPlace, span: Span) -> bool:
    """Whether the parser has read just a span as one lexeme, not far before a cursor."""
    near = takewhile(lambda lexeme: lexeme.end > span.start, reversed(place.state.read))
    return any((lexeme.start, lexeme.end) == (span.start, span.end) for lexeme in near)


def _openers(language: Language, grammar: Grammar) -> tuple[str, ...]:
    """The texts with which a line ends that opens a block: brackets, and what an indented block follows."""
    brackets = tuple(opener for opener, _ in language.brackets)
    if grammar.blocks is None:
        return brackets
    opened = sorted(grammar.blocks.openers & grammar.terminals.keys())
    words = (grammar.terminals[name].word for name in opened)
    return (*brackets, *(word for word in words if word is not None))
