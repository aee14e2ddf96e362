"""A TextMate grammar derived from a bundle: what is seen until highlighting comes from the server.

It knows comments, strings, numbers and words that are fixed in the grammar, no more: it reads line by line
and without a stack, so it cannot tell a name from a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lsp_server.languages import QUOTES, Language, Paired

_LONG_QUOTES = tuple(3 * quote for quote in QUOTES[:2])
_NUMBERS = ("7", "42", "3.14", "1e9")
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A terminal of the grammar: its expression, and its text where that is a fixed one.

    With `fold`, the text may be in capitals or not.
    """

    name: str
    pattern: str
    word: str | None = None
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What stands between two lexemes that are read in a way of their own, as a string does; expressions.

    With `escapes`, a backslash takes what follows it along.
    """

    open: str
    close: str
    escapes: bool
    name: bool = False
    """Whether it is a name that happens to stand in quotes."""


def grammar(
    language: Language, lexemes: Sequence[Lexeme], enclosed: Sequence[Enclosed], scope: str
) -> dict[str, Any]:
    """The TextMate grammar of a language.

    Args:
        language: the language.
        lexemes: the terminals of its constraint grammar.
        enclosed: what in it stands between marks, the longer marks first; see `enclosed_in`.
        scope: the name of the grammar.

    """
    suffix = language.id
    patterns = [
        *_comments(language, suffix),
        *(_paired(pair, lexemes, suffix) for pair in language.paired),
        *(_enclosed(one, suffix) for one in enclosed),
        *_numbers(lexemes, suffix),
        *_words(lexemes, suffix),
    ]
    return {"name": language.name, "scopeName": scope, "patterns": patterns}


def quotes_of(enclosed: Iterable[Enclosed]) -> tuple[str, ...]:
    """The single quotation marks among what encloses something: those that an editor closes by itself."""
    return tuple(dict.fromkeys(one.open for one in enclosed if one.open in QUOTES))


def enclosed_in(language: Language, lexemes: Sequence[Lexeme]) -> tuple[Enclosed, ...]:
    """What stands between quotation marks, as far as single terminals show it; the longer marks first."""
    return tuple(_quoted(language, lexemes))


def _quoted(language: Language, lexemes: Sequence[Lexeme]) -> Iterator[Enclosed]:
    free = [re.compile(lexeme.pattern) for lexeme in lexemes if lexeme.word is None]
    marks = {lexeme.word for lexeme in lexemes if lexeme.word is not None}
    texts = [pattern for pattern in free if pattern.fullmatch("a a")]
    for quote in (*_LONG_QUOTES, *QUOTES):
        whole = [p for p in free if p not in texts and p.fullmatch(f"{quote}a a{quote}")]
        if len(quote) > 1:
            whole = [pattern for pattern in whole if not pattern.fullmatch(f"{quote[0]}a a{quote[0]}")]
        if whole:
            escapes = any(pattern.fullmatch(f"{quote}\\{quote}{quote}") for pattern in whole)
            yield Enclosed(quote, quote, escapes, quote in language.naming.quotes)
        elif quote in marks:
            inside = [pattern for pattern in texts if not pattern.fullmatch(f"a{quote}")]
            yield Enclosed(quote, quote, not any(pattern.fullmatch("a\\") for pattern in inside))


def _comments(language: Language, suffix: str) -> Iterator[dict[str, Any]]:
    for start in language.comment.line:
        yield {"name": f"comment.line.{suffix}", "match": f"{re.escape(start)}.*$"}
    for start, end in language.comment.block:
        yield {"name": f"comment.block.{suffix}", "begin": re.escape(start), "end": re.escape(end)}


def _paired(pair: Paired, lexemes: Sequence[Lexeme], suffix: str) -> dict[str, Any]:
    """A text that its opener's tag ends: the one says where it begins, the other what ends it."""
    opener = next(lexeme.pattern for lexeme in lexemes if lexeme.name == pair.open)
    tag = re.compile(opener).groups + 1
    close = pair.pattern.replace("{tag}", f"\\{tag}")
    return {
        "name": f"string.unquoted.{suffix}",
        "begin": f"(?={opener}){pair.tag}",
        "end": f"^{close}(?={pair.follow})" if pair.follow else close,
    }


def _enclosed(one: Enclosed, suffix: str) -> dict[str, Any]:
    inside = [{"name": f"constant.character.escape.{suffix}", "match": r"\\."}] if one.escapes else []
    kind = "variable.other.quoted" if one.name else "string.quoted"
    return {"name": f"{kind}.{suffix}", "begin": one.open, "end": one.close, "patterns": inside}


def _numbers(lexemes: Sequence[Lexeme], suffix: str) -> Iterator[dict[str, Any]]:
    """The terminals that read numbers and no word, the longer first: an editor takes the first that fits."""
    found = [
        lexeme.pattern
        for lexeme in lexemes
        if lexeme.word is None
        and any(re.fullmatch(lexeme.pattern, number) for number in _NUMBERS)
        and not any(re.fullmatch(lexeme.pattern, other) for other in ("a", "a1", "7 7", "0x7g", "7a"))
    ]
    if found:
        longest = sorted(found, key=len, reverse=True)
        yield {"name": f"constant.numeric.{suffix}", "match": rf"(?<![\w$])(?:{'|'.join(longest)})(?!\w)"}


def _words(lexemes: Sequence[Lexeme], suffix: str) -> Iterator[dict[str, Any]]:
    for fold in (False, True):
        words = {
            lexeme.word
            for lexeme in lexemes
            if lexeme.word is not None and lexeme.fold is fold and _WORD.fullmatch(lexeme.word)
        }
        if words:
            any_of = "|".join(sorted(words, key=lambda word: (-len(word), word)))
            case = "(?i)" if fold else ""
            yield {
                "name": f"keyword.other.{suffix}",
                "match": rf"{case}(?<![\w$?@:.-])(?:{any_of})(?![\w:-])",
            }
