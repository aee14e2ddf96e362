"""What is left of a regular expression when the end of what it matches is known."""

from __future__ import annotations

from lsp_server.lalr.regex import Alt, Chars, Node, Repeat, Seq, in_set

_NOTHING = Alt(())
_EMPTY = Seq(())


def beginnings(node: Node, ending: str) -> Node:
    """What an expression matches, without an ending: all texts after which the ending makes a match.

    One derivative from the right for each character (Brzozowski, Derivatives of Regular Expressions, 1964).
    """
    for character in reversed(ending):
        node = _without_last(node, character)
    return node


def _without_last(node: Node, character: str) -> Node:
    match node:
        case Chars(source):
            return _EMPTY if in_set(source).match(character) else _NOTHING
        case Alt(options):
            return _either([_without_last(option, character) for option in options])
        case Seq(items):
            found = []
            for index in range(len(items) - 1, -1, -1):
                found.append(_joined((*items[:index], _without_last(items[index], character))))
                if not _is_nullable(items[index]):
                    break
            return _either(found)
        case Repeat(item, low, high):
            if high == 0:
                return _NOTHING
            fewer = Repeat(item, max(0, low - 1), None if high is None else high - 1)
            return _joined((fewer, _without_last(item, character)))


def _is_nullable(node: Node) -> bool:
    """Whether an expression matches the empty text."""
    match node:
        case Chars():
            return False
        case Alt(options):
            return any(map(_is_nullable, options))
        case Seq(items):
            return all(map(_is_nullable, items))
        case Repeat(item, low, _):
            return low == 0 or _is_nullable(item)


def _joined(items: tuple[Node, ...]) -> Node:
    if _NOTHING in items:
        return _NOTHING
    kept = tuple(item for item in items if item != _EMPTY and item != Repeat(_EMPTY, 0, 0))
    return kept[0] if len(kept) == 1 else Seq(kept)


def _either(options: list[Node]) -> Node:
    kept = tuple(dict.fromkeys(option for option in options if option != _NOTHING))
    return kept[0] if len(kept) == 1 else Alt(kept)
