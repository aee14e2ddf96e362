"""Expressions that match a few texts only, as `"sum" | "count"` does: which these are."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.lalr.expression import Alt, Chars, Node, Repeat, Seq, simplest

_MOST = 64
"""What matches more texts does not count as a list of them."""

_SETS = frozenset((r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"))


class _ManyError(ValueError):
    """There are too many texts."""


@lru_cache(maxsize=4096)
def all_texts(node: Node) -> tuple[str, ...]:
    """All texts that an expression matches, if they are few, in its order; else none.

    Of a letter that may be a capital or not, both are the small one.
    """
    try:
        return tuple(dict.fromkeys(_written_out(node)))
    except _ManyError:
        return ()


def _written_out(node: Node) -> list[str]:
    """The texts.

    Raises:
        _ManyError: there are too many.

    """
    found: list[str]
    match node:
        case Chars(source):
            found = _characters(source)
        case Seq(items):
            found = [""]
            for item in items:
                found = _few([before + after for before in found for after in _written_out(item)])
        case Alt(options):
            found = [text for option in options for text in _written_out(option)]
        case Repeat(item, low, high):
            if high is None or high > 1:
                raise _ManyError
            found = [*([] if low else [""]), *_written_out(item)]
    return _few(found)


def _characters(source: str) -> list[str]:
    listed = source[1:-1] if len(source) > 2 and source[0] == "[" else ""
    if source in _SETS or any(sign in listed for sign in "^\\-"):
        raise _ManyError
    if len(listed) == 2 and listed[0] == listed[1].swapcase():
        return [listed.lower()[0]]
    return list(listed) or [simplest(Chars(source))]


def _few(texts: list[str]) -> list[str]:
    if len(texts) > _MOST:
        raise _ManyError
    return texts
