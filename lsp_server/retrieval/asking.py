"""What is asked for at a cursor: the words around it, the nearer the more; what a comment says above all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lsp_server.cache import cached_property
from lsp_server.languages import Language
from lsp_server.retrieval.passages import comment_text
from lsp_server.retrieval.words import fixed_words, telling, words_of

_BEFORE, _AFTER = 600, 200
"""Characters before and after a cursor that tell what is written there."""

_COMMENT, _LINE, _ABOVE, _BELOW, _FIXED = 3.0, 1.0, 0.5, 0.2, 0.2
"""What a word counts in a comment above the cursor, in its line, before that, after it; fixed ones so much of
it."""

_LONGEST = 4_000
"""Characters of an instruction that count."""


@dataclass(frozen=True, slots=True)
class CommentAbove:
    """What a comment just above a cursor says, and where it begins."""

    start: int
    text: str


@dataclass(frozen=True)
class Question:
    """What is asked for in a language: at an offset of a text, or with an `instruction` in words."""

    language: Language
    text: str = ""
    offset: int = 0
    instruction: str = ""

    @cached_property
    def wish(self) -> str:
        """The instruction, or what a comment says just above the cursor."""
        if self.instruction:
            return self.instruction[:_LONGEST]
        above = comment_above(self.language, self.text, self.offset)
        return "" if above is None else above.text[:_LONGEST]

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Words, each with what it counts."""
        fixed, found = fixed_words(self.language), dict[str, float]()

        def add(text: str, weight: float) -> None:
            for word in words_of(text):
                counts = weight * (_FIXED if word in fixed else 1.0)
                found[word] = max(found.get(word, 0.0), counts)

        text, offset = self.text, self.offset
        start = text.rfind("\n", 0, offset) + 1
        if not self.wish:
            add(text[max(0, offset - _BEFORE) : start], _ABOVE)
            add(text[start:offset], _LINE)
            add(text[offset : offset + _AFTER], _BELOW)
        for word in filter(telling, words_of(self.wish)):
            found[word] = _COMMENT
        return found


def comment_above(language: Language, text: str, offset: int) -> CommentAbove | None:
    """The comment that ends in the line above a cursor, or in its own, where nothing else stands in that.

    It is one of several lines, or a block; a line of code ends it.
    """
    start = text.rfind("\n", 0, offset) + 1
    if not text[start:offset].strip():
        end = start
    elif text[start:offset].lstrip().startswith(language.comment.line) and offset == _line_end(text, offset):
        end = offset
    else:
        return None
    begin = _comment_start(language, text, end)
    said = "" if begin is None else comment_text(language, text[begin:end])
    return CommentAbove(begin, said) if begin is not None and said else None


def _comment_start(language: Language, text: str, end: int) -> int | None:
    """Where the comments begin that end at the end of a line."""
    begin = end
    while begin:
        start = text.rfind("\n", 0, begin - 1) + 1
        if not text[start:begin].strip().startswith(language.comment.line or ("\0",)):
            break
        begin = start
    if begin < end:
        return begin
    above = text[:end].rstrip(" \t\r\n")
    if text.count("\n", len(above), end) > 1:
        return None
    for opener, closer in language.comment.block:
        if above.endswith(closer) and (found := above.rfind(opener)) >= 0:
            line = text.rfind("\n", 0, found) + 1
            return None if text[line:found].strip() else found
    return None


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end
