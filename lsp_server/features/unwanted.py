"""What no suggestion may say though the grammar allows it, as far as that is seen from the text alone.

Each function tells how much of a suggestion is enough to see it: who begins so says it too. Must not know a
language, nor how a suggestion is made.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")

_LEAST = 3
"""So many letters and digits make a line that is worth saying only once."""


def line_above(text: str, offset: int, typed: str) -> int | None:
    """Whether the cursor's line becomes the line above once more, which says something."""
    start = text.rfind("\n", 0, offset) + 1
    line = _first_line(text[start:offset] + typed, text, offset, typed)
    above = text[:start].rstrip().rpartition("\n")[2]
    return _first_word(typed) if line.strip() == above.strip() and _says_something(above) else None


def line_below(text: str, offset: int, typed: str) -> int | None:
    """Whether the last line that is typed is the next one once more, which says something."""
    end = _line_end(text, offset)
    if text[offset:end].strip():
        return None
    below = text[end:].lstrip().partition("\n")[0]
    start = text.rfind("\n", 0, offset) + 1
    last = (text[start:offset] + typed).rstrip().rpartition("\n")[2]
    return _first_word(typed) if last.strip() == below.strip() and _says_something(below) else None


def rest_of_line(text: str, offset: int, typed: str) -> int | None:
    """Whether what follows the cursor in its line is typed once more."""
    rest = text[offset : _line_end(text, offset)].strip()
    said = typed.strip()
    again = rest.startswith(said) or said.endswith(rest)
    return _first_word(typed) if rest and again and _says_something(min(rest, said, key=len)) else None


def put_back(deleted: str, typed: str) -> int | None:
    """Whether what was just deleted at the cursor is put back."""
    return len(deleted) if deleted.strip() and typed.startswith(deleted) else None


def _first_line(line: str, text: str, offset: int, typed: str) -> str:
    """The cursor's line after something was typed, up to the first line end in that."""
    before, broken, _ = line.partition("\n")
    return before if broken else line + text[offset : _line_end(text, offset)]


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _first_word(typed: str) -> int:
    """Where the first word of a text ends; its end where there is none."""
    found = _WORD.search(typed)
    return len(typed) if found is None else found.end()


def _says_something(line: str) -> bool:
    return sum(map(len, _WORD.findall(line))) >= _LEAST
