r"""What the `regex` module takes beyond Python's own `re`, written for `re`.

Exact are named groups as `(?<name>...)`, and `\p{...}` of a general category or of names. What `re` has no
word for at all, a group that calls itself, is left out where it only looks ahead; `regex` then has to match.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count

from lsp_server.lalr.expression import UnsupportedRegexError

_NAMED = re.compile(r"\(\?<(?=[A-Za-z_])")
_PROPERTY = re.compile(r"\\([pP])\{(\^?)(\w+)\}|\\([pP])([A-Z])")
_CALL = re.compile(r"\(\?(?:&\w+|R|\d+)\)")
_BACK = ("(?<=", "(?<!")
_LOOKS = ("(?=", "(?!")
_LONG_NAMES = {
    "letter": "L",
    "mark": "M",
    "number": "N",
    "punctuation": "P",
    "symbol": "S",
    "separator": "Z",
    "other": "C",
}
_OF_NAMES: dict[str, Callable[[str], bool]] = {
    "xid_start": str.isidentifier,
    "id_start": str.isidentifier,
    "xid_continue": lambda character: f"a{character}".isidentifier(),
    "id_continue": lambda character: f"a{character}".isidentifier(),
    "alphabetic": str.isalpha,
    "uppercase": str.isupper,
    "lowercase": str.islower,
    "white_space": str.isspace,
}


@lru_cache(maxsize=1024)
def for_re(pattern: str) -> tuple[str, bool]:
    """An expression for `re`, and whether it matches the same; else it matches at least that.

    Raises:
        UnsupportedRegexError: it cannot be written so.

    """
    back = _looks_back_variably(pattern)
    if not (back or is_beyond_re(pattern) or _PROPERTY.search(pattern)):
        return pattern, True
    found = _PROPERTY.sub(_set_of, _NAMED.sub("(?P<", pattern))
    if back or _looks_back_variably(found):
        found = _looking_back_apart(found)
    without = found
    while _CALL.search(without) and (place := _look_with_call(without)) is not None:
        without = without[: place[0]] + without[place[1] :]
    if call := _CALL.search(without):
        raise UnsupportedRegexError(
            f"{call[0]}, a group that calls itself, is read only where it looks ahead; "
            "what nests belongs in the rules"
        )
    if _looks_back_variably(without):
        raise UnsupportedRegexError("lookbehind for what has no fixed length is not supported")
    return without, without == found


def is_beyond_re(pattern: str) -> bool:
    """Whether an expression has something that Python's own parser does not read, properties apart."""
    return bool(_NAMED.search(pattern) or _CALL.search(pattern))


def _looks_back_variably(pattern: str) -> bool:
    if "(?<" not in pattern:
        return False
    try:
        re.compile(pattern)
    except re.error as error:
        return error.msg == "look-behind requires fixed-width pattern"
    except (OverflowError, RecursionError):
        return False
    return False


def _looking_back_apart(pattern: str) -> str:
    """An expression that looks back for each of several things by itself, since they differ in length."""
    place = 0
    while True:
        starts = [at for look in _BACK if (at := pattern.find(look, place)) >= 0]
        if not starts:
            return pattern
        start = min(starts)
        end = None if _escaped(pattern, start) else _closed(pattern, start)
        place = start + 1
        if end is not None:
            look, options = pattern[start : start + 4], _options(pattern[start + 4 : end - 1])
            if len(options) > 1:
                each = [one if look == "(?<=" and one == "^" else f"{look}{one})" for one in options]
                written = f"(?:{'|'.join(each)})" if look == "(?<=" else "".join(each)
                pattern = pattern[:start] + written + pattern[end:]
                place = start + len(written)


def _options(pattern: str) -> list[str]:
    """The alternatives of an expression."""
    found, depth, in_set, last, place = [], 0, False, 0, 0
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif in_set:
            in_set = sign != "]"
        elif sign == "[":
            in_set = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            found.append(pattern[last:place])
            last = place + 1
        place += 1
    return [*found, pattern[last:]]


def _look_with_call(pattern: str) -> tuple[int, int] | None:
    """Where something that looks ahead and holds a call begins and ends, the outermost first."""
    for start in range(len(pattern)):
        if pattern.startswith(_LOOKS, start) and not _escaped(pattern, start):
            end = _closed(pattern, start)
            if end is not None and _CALL.search(pattern, start, end):
                return start, end
    return None


def _closed(pattern: str, start: int) -> int | None:
    """Where the group ends that begins at a place."""
    depth, in_set, place = 0, False, start
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif in_set:
            in_set = sign != "]"
        elif sign == "[":
            in_set = True
            place += pattern.startswith(("]", "^]"), place + 1) * (1 + pattern.startswith("^", place + 1))
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                return place + 1
        place += 1
    return None


def _escaped(pattern: str, place: int) -> bool:
    return (place - len(pattern[:place].rstrip("\\"))) % 2 == 1


def _set_of(found: re.Match[str]) -> str:
    """The set of a property; within other brackets its ranges, else in brackets of its own."""
    name = found[3] or found[5]
    negative = (found[1] or found[4]) == "P"
    if found[2]:
        negative = not negative
    ranges = _ranges(name, negative)
    before = found.string[: found.start()]
    inside = bool(re.search(r"(?<!\\)(?:\\\\)*\[(?:\\.|[^\]\\])*\Z", before))
    return ranges if inside else f"[{ranges}]"


@lru_cache(maxsize=32)
def _ranges(name: str, negative: bool) -> str:
    plain = name.lower().replace(" ", "_")
    holds = _OF_NAMES.get(plain)
    if holds is None:
        category = _LONG_NAMES.get(plain, name)
        if not re.fullmatch(r"[LMNPSZC][a-z]?", category):
            raise UnsupportedRegexError(
                f"\\p{{{name}}} is not known; write a set of characters, or a category such as \\p{{Lu}}"
            )

        def holds(character: str) -> bool:
            return unicodedata.category(character).startswith(category)

    return "".join(_runs(holds, negative))


def _runs(holds: Callable[[str], bool], negative: bool) -> Iterator[str]:
    start: int | None = None
    for code in count():
        inside = code <= sys.maxunicode and not 0xD800 <= code < 0xE000 and holds(chr(code)) is not negative
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            first, last = re.escape(chr(start)), re.escape(chr(code - 1))
            yield first if code - 1 == start else f"{first}-{last}"
            start = None
        if code > sys.maxunicode:
            return
