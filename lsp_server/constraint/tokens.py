"""The words and signs of a text, whatever the language, and whether they look like code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.languages import QUOTES, Language
from lsp_server.text import Edit

TOKEN = re.compile(r"\w+|[^\w\s]")
"""A word or a sign, whatever the language."""

TWO_SIGNS = re.compile(r"[^\w\s]{2}")

_SMALL = re.compile(r"\w*|[^\w\s]{1,2}")

STRING = re.compile(rf"([{''.join(QUOTES)}])(?:(?!\1).)*\1")
"""What stands between two quotes in a line."""

_OF_PROSE = ".,:;!?-_()'`"
_WITHIN_WORDS = "-'"
"""Prose has them within its words too."""

_OF_CODE = ";([{"
"""With what hardly any line of prose ends."""

_LEAST = 2
"""So many tokens must be left as they are for a line to be taken for code, one of them no sign of prose."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign, and where it stands."""

    start: int
    end: int
    text: str


def is_small(lost: str) -> bool:
    """Whether a text is one word at most, or one or two signs."""
    return _SMALL.fullmatch(lost.strip()) is not None


def tokens_in(text: str, start: int, end: int) -> list[Token]:
    """The tokens between two offsets."""
    return [Token(match.start(), match.end(), match[0]) for match in TOKEN.finditer(text, start, end)]


def opens_comment(language: Language, text: str, edit: Edit) -> bool:
    """Whether a change makes what opens a comment: then anything would pass behind it."""
    start, end = edit.span.start, edit.span.end
    for opener in (*language.comment.line, *(opener for opener, _ in language.comment.block)):
        more = len(opener) - 1
        before, after = text[max(0, start - more) : start], text[end : end + more]
        if opener in before + edit.text + after and opener not in before + text[start:end] + after:
            return True
    return False


def unclosed(brackets: Sequence[tuple[str, str]], text: str) -> str:
    """What closes the brackets that a text opens and does not close."""
    wanted: list[str] = []
    partners = dict(brackets)
    for character in text:
        if character in partners:
            wanted.append(partners[character])
        elif wanted and character == wanted[-1]:
            wanted.pop()
    return "".join(reversed(wanted))


def end_of_line(text: str, offset: int) -> int:
    """Where the line ends that an offset is in, before its line end."""
    found = re.compile(r"\r?\n|\Z").search(text, offset)
    assert found is not None
    return found.start()


def are_code(text: str, tokens: Sequence[Token]) -> bool:
    """Whether tokens are code, not the tail of a comment, as far as one sees."""
    if tokens and tokens[-1].text in _OF_CODE:
        return True
    return len(tokens) >= _LEAST and any(_is_sign_of_code(text, token) for token in tokens)


def _is_sign_of_code(text: str, token: Token) -> bool:
    """Whether a sign is none that prose has, or stands where prose has none."""
    around = text[token.start - 1 : token.end + 1]
    after_word = len(around) == 3 and around[0].isalnum()
    inside_word = (
        after_word and (around[2].isalnum() or token.text == "(") and token.text not in _WITHIN_WORDS
    )
    return not token.text[0].isalnum() and (token.text not in _OF_PROSE or inside_word)
