"""What the terminals of a grammar are for: words, signs, names, strings, numbers, comments.

The names that an author gives to terminals are many; what they read is not. So a terminal is told by what it
reads, and its name is asked only where that leaves it open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from string import ascii_letters

from lsp_server.lalr import Grammar
from lsp_server.lalr.expression import sets_of
from lsp_server.lalr.finite import all_texts
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.regex import Alt, Node, Seq, in_set, simplest
from lsp_server.languages import QUOTES


class Role(StrEnum):
    """What a terminal is for."""

    WORD = "word"
    CONSTANT = "constant"
    BRACKET = "bracket"
    DELIMITER = "delimiter"
    OPERATOR = "operator"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    COMMENT = "comment"
    BLANK = "blank"
    OTHER = "other"


MIRRORED: Mapping[str, str] = {"(": ")", "[": "]", "{": "}", "<": ">"}
_BRACKETS = frozenset("()[]{}")
_DELIMITERS = frozenset((",", ";", ":", ".", "::"))
_CONSTANTS = frozenset(("true", "false", "null", "nil", "none", "undefined"))
_WORD = re.compile(r"[^\W\d][\w-]*")
_NAMES = ("a", "x", "name", "zq", "A", "Name")
_VISIBLE = "".join(map(chr, (*range(0x21, 0x7F), 0xE9, 0x4E2D)))
_SIGILS = "$@%&#?:!"


def roles(grammar: Grammar) -> dict[str, Role]:
    """By terminal, what it is for."""
    return {
        name: _ignored(terminal) if name in grammar.ignored else role_of(terminal)
        for name, terminal in grammar.terminals.items()
    }


def role_of(terminal: Terminal) -> Role:
    """What a terminal is for that is not ignored."""
    texts = [terminal.word] if terminal.word is not None else list(all_texts(terminal.node))
    if texts:
        return _of_texts(texts)
    plain = simplest(terminal.node)
    if not plain.strip():
        return Role.BLANK
    bare = plain.lstrip(ascii_letters)
    if len(bare) > 1 and bare[0] in QUOTES and bare[-1] == bare[0]:
        return Role.STRING
    if any(reads(terminal, sigil_of(terminal) + name) for name in _NAMES):
        return Role.OTHER if reads(terminal, "a b") else Role.NAME
    if plain[0].isdigit() or plain.lstrip("+-.")[:1].isdigit():
        return Role.NUMBER
    return Role.STRING if re.search(r"STR|TEXT|QUOT|REGEX", terminal.name, re.IGNORECASE) else Role.OTHER


def reads(terminal: Terminal, text: str) -> bool:
    """Whether a terminal reads the whole of a text."""
    return re.fullmatch(terminal.pattern, text) is not None


def sigil_of(terminal: Terminal) -> str:
    """The sign that what a terminal reads begins with, as `$x` does; "" where there is none."""
    plain = simplest(terminal.node)
    return plain[0] if len(plain) > 1 and plain[0] in _SIGILS and not reads(terminal, plain[1:]) else ""


def comment_marks(terminals: Iterable[Terminal]) -> tuple[list[str], list[tuple[str, str]]]:
    """What opens a line comment, and the pairs that enclose a block, of some terminals that read comments."""
    lines: list[str] = []
    blocks: list[tuple[str, str]] = []
    for terminal in terminals:
        for plain in _openings(terminal.node):
            pair = _block(terminal, plain)
            if pair is not None:
                blocks.append(pair)
            elif plain.strip():
                lines.append(plain.strip())
    return list(dict.fromkeys(lines)), list(dict.fromkeys(blocks))


def _openings(node: Node) -> Iterator[str]:
    """The simplest text of each of the alternatives that an expression begins with."""
    match node:
        case Alt(options):
            for option in options:
                yield from _openings(option)
        case Seq((Alt(options), *rest)):
            for option in options:
                yield from _openings(Seq((option, *rest)))
        case _:
            yield simplest(node)


def _block(terminal: Terminal, plain: str) -> tuple[str, str] | None:
    """Where the simplest comment parts into what opens and what closes it, with lines in between."""
    for place in range(1, len(plain)):
        if reads(terminal, f"{plain[:place]} a\n a {plain[place:]}") and plain[place:].strip():
            return plain[:place], plain[place:]
    return None


def _ignored(terminal: Terminal) -> Role:
    shown = (in_set(source).match(character) for source in sets_of(terminal.node) for character in _VISIBLE)
    return Role.COMMENT if any(shown) else Role.BLANK


def _of_texts(texts: list[str]) -> Role:
    """The role of a terminal that reads no other than some texts."""
    if all(text.lower() in _CONSTANTS for text in texts):
        return Role.CONSTANT
    if all(_WORD.fullmatch(text) for text in texts):
        return Role.WORD
    if any(character.isalnum() for text in texts for character in text):
        return Role.OTHER
    if not any(text.strip() for text in texts):
        return Role.BLANK
    if all(_BRACKETS.issuperset(text) for text in texts):
        return Role.BRACKET
    return Role.DELIMITER if _DELIMITERS.issuperset(texts) else Role.OPERATOR
