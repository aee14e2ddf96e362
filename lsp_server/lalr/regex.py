"""Python's regular expressions, read by Python's own parser, as trees of `expression`.

What looks around itself, or takes as little as it can, is first made plain by `plain`. What is not regular
at all (a back-reference), or too large to hold, is refused here, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from re import _constants as sre
from re import _parser as sre_parser
from typing import Any

from lsp_server.lalr.expression import (
    LARGEST,
    Alt,
    Chars,
    Node,
    Repeat,
    Seq,
    UnsupportedRegexError,
    chars_of,
    extent,
    first,
    in_set,
    literal,
    simplest,
    to_source,
)
from lsp_server.lalr.linear import explodes, wavers
from lsp_server.lalr.plain import make_plain
from lsp_server.lalr.program import ASKS, Program, loosened, refused

__all__ = [
    "LARGEST",
    "Alt",
    "Chars",
    "Node",
    "ParsedRegex",
    "Repeat",
    "Seq",
    "UnsupportedRegexError",
    "extent",
    "first",
    "in_set",
    "literal",
    "may_explode",
    "parse_regex",
    "read_regex",
    "simplest",
    "to_source",
]


_LOOP = 8
"""Repetitions that may be so many are as good as endless to who tries all ways."""

_ANYTHING = Repeat(Chars(r"[\s\S]"), 0, None)

_FEW = 2
"""Loops in a row that may divide a text among them."""


@dataclass(frozen=True, slots=True)
class ParsedRegex:
    """An expression as a tree, and what else its lexer looks at.

    `node` matches whatever the expression matches somewhere, so that the longest match of the one is the
    match of the other; it may match more where that depends on what stands around, and is not `sure` then.
    `follow` is what is looked for beyond the end, if that is more than one character. `back`: so many
    characters before the beginning are looked at. It `stops` if no match depends on what stands behind it,
    however far the tree may go on.
    """

    node: Node
    follow: Node | None = None
    back: int = 0
    sure: bool = True
    stops: bool = False


def parse_regex(pattern: str, largest: int = LARGEST) -> Node:
    """The tree of an expression that is regular in the strict sense, and no larger than that.

    Raises:
        UnsupportedRegexError: as `read_regex` does, or it looks around itself or takes as little as it can.

    """
    with _refusing():
        parsed = _parsed(pattern)
        return _small_enough(_sequence(parsed, parsed.state.flags), largest)


@lru_cache(maxsize=4096)
def read_regex(pattern: str) -> ParsedRegex:
    """Read a Python regular expression.

    What cannot be written plainly, as a group that is to come again, or only at great length, is read
    loosely: `re` decides what matches, and the tree allows at least that.

    Raises:
        UnsupportedRegexError: it is malformed, too large or nested too deeply, or uses ASCII classes, or a
            flag for all of it (which `re` takes only at the beginning, where a terminal among others never
            stands).

    """
    with _refusing():
        parsed = _parsed(pattern)
        flags = parsed.state.flags
        if not _asks(parsed) and not _recalls(parsed):
            return ParsedRegex(_small_enough(_sequence(parsed, flags)))
        try:
            program = Program(parsed, flags)
            node, follow, sure = make_plain(program)
            follow = None if follow is None else _small_enough(follow)
            return ParsedRegex(_small_enough(node), follow, program.back, sure)
        except UnsupportedRegexError:
            ahead, back = _looked_at(parsed)
            node = _small_enough(_sequence(loosened(parsed), flags))
            follow = _ANYTHING if ahead else None
            return ParsedRegex(node, follow, back, sure=False, stops=_stops(parsed, flags))


def may_explode(pattern: str) -> bool:
    """Whether the time that `re` takes may double with each character, or grow with the cube of the length.

    Raises:
        UnsupportedRegexError: as `read_regex` does.

    """
    with _refusing():
        parsed = _parsed(pattern)
        nested, many = _nests(parsed), _loops(parsed) > _FEW
        if not nested and not many:
            return False
        if _recalls(parsed):
            parsed_loosely = loosened(parsed)
            loops = Program(parsed_loosely, parsed.state.flags, loops=_LOOP)
            if (nested and explodes(loops)) or (many and wavers(loops)):
                raise UnsupportedRegexError(
                    "matching it may take a time that explodes with the length of a text, "
                    "and what comes again in it, or is kept for good, cannot be matched in one pass"
                )
            return False
        loops = Program(parsed, parsed.state.flags, loops=_LOOP)
        return (nested and (_idles(parsed) or explodes(loops))) or (many and wavers(loops))


@contextmanager
def _refusing() -> Iterator[None]:
    """Say in one way what is wrong with an expression, whoever found it."""
    try:
        yield
    except (re.error, OverflowError) as error:
        raise UnsupportedRegexError(str(error), "correct the regular expression") from None
    except RecursionError:
        raise UnsupportedRegexError("it is nested too deeply") from None


def _parsed(pattern: str) -> Any:
    parsed = sre_parser.parse(pattern)
    if parsed.state.flags & ~re.UNICODE:
        raise UnsupportedRegexError(
            "a flag that is set inside an expression for all of it is not supported",
            "write the flag behind the expression, as in /.../i, or for a part of it, as in (?i:...)",
        )
    return parsed


def _small_enough(node: Node, largest: int = LARGEST) -> Node:
    size = extent(node).size
    if size > largest:
        raise UnsupportedRegexError(
            f"its repetitions, written out, are too large ({size:,} places and links; at most {largest:,})"
        )
    return node


_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)


def _inner(operator: Any, argument: Any) -> Iterable[Any]:
    """The expressions that a part of one holds."""
    if operator is sre.BRANCH:
        return tuple(argument[1])
    if operator is sre.SUBPATTERN:
        return (argument[3],)
    if operator in (*_REPEATS, sre.POSSESSIVE_REPEAT):
        return (argument[2],)
    if operator is sre.ATOMIC_GROUP:
        return (argument,)
    if operator is sre.GROUPREF_EXISTS:
        return tuple(filter(None, argument[1:]))
    return (argument[1],) if operator in (sre.ASSERT, sre.ASSERT_NOT) else ()


def _parts(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """All parts of an expression, those within others too."""
    for operator, argument in parsed:
        yield operator, argument
        for inner in _inner(operator, argument):
            yield from _parts(inner)


def _asks(parsed: Any) -> bool:
    """Whether an expression looks around itself, or somewhere takes as little as it can."""
    return any(operator in ASKS for operator, _ in _parts(parsed))


_RECALLING = (sre.GROUPREF, sre.GROUPREF_EXISTS, sre.ATOMIC_GROUP, sre.POSSESSIVE_REPEAT)


def _recalls(parsed: Any) -> bool:
    """Whether an expression minds what it has matched: a group that is to come again, or is kept for good."""
    return any(operator in _RECALLING for operator, _ in _parts(parsed))


def _looked_at(parsed: Any) -> tuple[bool, int]:
    """Whether an expression looks ahead, and how many characters before its beginning it looks at."""
    ahead, back = False, 0
    for operator, argument in _parts(parsed):
        if operator in (sre.ASSERT, sre.ASSERT_NOT):
            behind = argument[0] < 0
            ahead = ahead or not behind
            back = max(back, argument[1].getwidth()[1] if behind else 0)
        elif operator is sre.AT:
            ahead, back = True, max(back, 1)
    return ahead, back


def _stops(parsed: Any, flags: int) -> bool:
    """Whether `re` looks at nothing behind a match, told by the form of an expression.

    That is: signs, repetitions of a sign before a sign that is another one, signs of which as few are taken
    as can be, and to the end signs and groups that come again. So long brackets and here-documents are
    written.
    """
    parts = list(_unwrapped(parsed, flags))
    lazy = [place for place, (operator, _, _) in enumerate(parts) if operator is sre.MIN_REPEAT]
    if len(lazy) != 1:
        return False
    up_to, after = parts[: lazy[0] + 1], parts[lazy[0] + 1 :]
    few = up_to[-1][1][2]
    return (
        few.getwidth() == (1, 1)
        and not _asks(few)
        and all(_is_fixed(*part) or _is_ended(part, then) for part, then in pairwise(up_to))
        and all(_is_fixed(*part) for part in after)
    )


def _unwrapped(parsed: Any, flags: int) -> Iterator[tuple[Any, Any, int]]:
    """The parts of an expression, those of its groups in place of these, each with its flags."""
    for operator, argument in parsed:
        if operator is sre.SUBPATTERN:
            _, added, removed, inner = argument
            yield from _unwrapped(inner, (flags | added) & ~removed)
        else:
            yield operator, argument, flags


def _is_fixed(operator: Any, argument: Any, flags: int) -> bool:
    return operator is sre.GROUPREF or chars_of(operator, argument, flags) is not None


def _is_ended(part: tuple[Any, Any, int], then: tuple[Any, Any, int]) -> bool:
    """Whether a repetition of a sign ends where the sign behind it stands, and can end nowhere else."""
    operator, argument, flags = part
    if operator is not sre.MAX_REPEAT or then[0] is not sre.LITERAL or then[2] & re.IGNORECASE:
        return False
    what, of = argument[2][0]
    sign = chars_of(what, of, flags) if len(argument[2]) == 1 else None
    return sign is not None and in_set(sign.source).match(chr(then[1])) is None


def _loops(parsed: Any) -> int:
    """How many repetitions an expression has that are as good as endless."""
    return sum(operator in _REPEATS and argument[1] >= _LOOP for operator, argument in _parts(parsed))


def _nests(parsed: Any) -> bool:
    """Whether a repetition holds something that can go several ways."""
    return any(
        operator in (*_REPEATS, sre.BRANCH)
        for repeat, argument in _parts(parsed)
        if repeat in _REPEATS and argument[1] > 1
        for operator, _ in _parts(argument[2])
    )


def _idles(parsed: Any) -> bool:
    """Whether a long repetition may match nothing now and then, so that it counts in many ways."""
    return any(
        sre.MAXREPEAT > argument[1] >= _LOOP and not argument[2].getwidth()[0]
        for operator, argument in _parts(parsed)
        if operator in _REPEATS
    )


def _sequence(parsed: Iterable[tuple[Any, Any]], flags: int) -> Node:
    items = [_node(operator, argument, flags) for operator, argument in parsed]
    return items[0] if len(items) == 1 else Seq(tuple(items))


def _node(operator: Any, argument: Any, flags: int) -> Node:
    chars = chars_of(operator, argument, flags)
    if chars is not None:
        return chars
    if operator is sre.BRANCH:
        return Alt(tuple(_sequence(option, flags) for option in argument[1]))
    if operator is sre.SUBPATTERN:
        _, added, removed, inner = argument
        if added & re.ASCII:
            raise refused(re.ASCII)
        return _sequence(inner, (flags | added) & ~removed)
    if operator is sre.MAX_REPEAT:
        low, high, inner = argument
        return Repeat(_sequence(inner, flags), low, None if high is sre.MAXREPEAT else high)
    raise refused(operator)
