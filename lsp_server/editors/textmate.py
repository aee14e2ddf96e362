"""A TextMate grammar derived from a bundle: what is seen until highlighting comes from the server.

It knows comments, strings and what else stands between marks, numbers, and words that are fixed in the
grammar, no more: it reads line by line and without a stack, so it cannot tell a name from a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import punctuation
from typing import Any

from lsp_server.languages import QUOTES, Language, Paired

Rule = dict[str, Any]

_MARKS = (*(3 * quote for quote in QUOTES), *QUOTES)
_SLASH = "/"
"""What expressions stand between, where anything does."""

_NUMBERS = ("7", "42", "3.14", "1e9")
_NO_NUMBERS = ("a", "a1", "7 7", "7a", "0x7g")
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class TerminalPattern:
    """A terminal of the grammar: its expression, and its text where that is a fixed one.

    With `fold`, the text may be in capitals or not.
    """

    name: str
    pattern: str
    word: str | None = None
    fold: bool = False

    def reads(self, text: str) -> bool:
        """Whether it reads the whole of a text."""
        return re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What stands between two lexemes and is read in a way of its own, as a string is.

    Of the lexemes `inside`, those of `code` open code again. Where it is not `certain`, `open` stands for
    other things as well.
    """

    open: TerminalPattern
    close: TerminalPattern
    inside: tuple[TerminalPattern, ...]
    code: tuple[TerminalPattern, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class IslandSigns:
    """The lexemes that begin and end what is in the language, in text that is not."""

    openers: Sequence[TerminalPattern]
    closers: Sequence[TerminalPattern]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation mark, or a slash, that encloses single lexemes; `name` if these are names.

    With `escapes`, a backslash takes what follows it along.
    """

    mark: str
    escapes: bool
    name: bool


def grammar(
    language: Language,
    lexemes: Sequence[TerminalPattern],
    enclosed: Sequence[Enclosed],
    scope: str,
    islands: IslandSigns | None = None,
) -> dict[str, Any]:
    """The TextMate grammar of a language.

    Args:
        language: the language.
        lexemes: the terminals of its constraint grammar.
        enclosed: what in it is read in a way of its own.
        scope: the name of the grammar.
        islands: those of files of which only islands are in the language.

    """
    names = {one.name for one in lexemes}
    pairs = [pair for pair in language.paired if pair.open in names]
    tagged = {pair.open for pair in pairs}
    # What a bracket opens may be code as well, which an editor must not take for a string.
    brackets = {start for start, _ in language.brackets}
    others = [one for one in enclosed if one.open.name not in tagged]
    others = [one for one in others if one.certain or one.open.word not in brackets]
    others.sort(key=lambda one: -len(one.open.word or one.open.pattern))
    rules = [
        *_comments(language),
        *(_paired(pair, lexemes) for pair in pairs),
        *(_enclosed(one, language) for one in others),
        *(_quoted(one) for one in quoted(language, lexemes)),
        *_numbers(lexemes),
        *_words(lexemes),
    ]
    if islands is not None:
        rules = [_within(islands, rules)]
    return {
        "name": language.name,
        "scopeName": scope,
        "patterns": [_named(rule, language.id) for rule in rules],
    }


def _within(islands: IslandSigns, rules: Sequence[Rule]) -> Rule:
    """A rule for islands, with rules for what is in them."""
    begin, end = (
        "|".join(map(_expression, sorted(signs, key=lambda one: -len(one.word or one.pattern))))
        for signs in (islands.openers, islands.closers)
    )
    return {"name": "meta.embedded", "begin": begin, "end": end, "patterns": [*rules]}


def quoted(language: Language, lexemes: Sequence[TerminalPattern]) -> tuple[Quoted, ...]:
    """The marks that enclose single lexemes, the longer ones first."""
    free = [lexeme for lexeme in lexemes if lexeme.word is None and not lexeme.reads("a a")]
    found = []
    for mark in (*_MARKS, _SLASH):
        whole = [lexeme for lexeme in free if lexeme.reads(f"{mark}a a{mark}")]
        if len(mark) > 1:
            whole = [lexeme for lexeme in whole if not lexeme.reads(f"{mark[0]}a a{mark[0]}")]
        if whole:
            escapes = any(lexeme.reads(f"{mark}\\{mark}{mark}") for lexeme in whole)
            found.append(Quoted(mark, escapes, mark in language.naming.quotes))
    return tuple(found)


def quotes_of(
    language: Language, lexemes: Sequence[TerminalPattern], enclosed: Sequence[Enclosed]
) -> tuple[str, ...]:
    """The single quotation marks of a language: what an editor closes when it is typed."""
    opening = {one.open.word for one in enclosed} | {one.mark for one in quoted(language, lexemes)}
    return tuple(quote for quote in QUOTES if quote in opening)


def _named(rule: Rule, suffix: str) -> Rule:
    """A rule, and those in it, with the language at the end of their names."""
    named = {**rule, "name": f"{rule['name']}.{suffix}"} if "name" in rule else rule
    inner = [_named(one, suffix) for one in rule.get("patterns", ())]
    return {**named, "patterns": inner} if inner else named


def _comments(language: Language) -> Iterator[Rule]:
    for start in language.comment.line:
        yield {"name": "comment.line", "match": f"{re.escape(start)}.*$"}
    for start, end in language.comment.block:
        yield {"name": "comment.block", "begin": re.escape(start), "end": re.escape(end)}


def _paired(pair: Paired, lexemes: Sequence[TerminalPattern]) -> Rule:
    """A text that its opener's tag ends: the one says where it begins, the other what ends it."""
    opener = next(lexeme.pattern for lexeme in lexemes if lexeme.name == pair.open)
    tag = re.compile(opener).groups + 1
    close = pair.pattern.replace("{tag}", f"\\{tag}")
    return {
        "name": "string.unquoted",
        "begin": f"(?={opener}){pair.tag}",
        "end": f"^{close}(?={pair.follow})" if pair.follow else close,
    }


def _enclosed(one: Enclosed, language: Language) -> Rule:
    name = "string.quoted" if one.open.word in _MARKS or one.close.word in _MARKS else "string.other"
    if not one.certain:
        inside = "|".join(lexeme.pattern for lexeme in one.inside)
        # Atomic: where the end lacks, VS Code looked for other ways to read a line for up to 0.4 s.
        return {"name": name, "match": f"{_expression(one.open)}(?>(?:{inside})*){_expression(one.close)}"}
    escaped = f"\\{(one.close.word or one.close.pattern)[0]}"
    escapes = any(lexeme.reads(escaped) for lexeme in one.inside)
    code = [rule for lexeme in one.code for rule in _code(lexeme, one.inside, language)]
    inner = [*_escapes(escapes), *code]
    rule = {"name": name, "begin": _expression(one.open), "end": _expression(one.close)}
    return {**rule, "patterns": inner} if inner else rule


def _code(opener: TerminalPattern, inside: Sequence[TerminalPattern], language: Language) -> Iterator[Rule]:
    """Code in a string, up to what closes the bracket in its opener; before it, what only looks like one."""
    for start, end in language.brackets:
        for sign in ("", *punctuation):
            if opener.reads(sign + start):
                doubled = [
                    one.pattern for one in inside if one.reads(2 * sign + start) and not one.reads("a a")
                ]
                yield from ({"match": pattern} for pattern in doubled)
                yield _embedded(opener.pattern, re.escape(start), re.escape(end))
                return


def _embedded(opener: str, start: str, end: str) -> Rule:
    code = [{"begin": start, "end": end, "patterns": [{"include": "$self"}]}, {"include": "$self"}]
    return {"name": "meta.embedded", "begin": opener, "end": end, "patterns": code}


def _quoted(one: Quoted) -> Rule:
    name = "string.regexp" if one.mark == _SLASH else "string.quoted"
    name = "variable.other.quoted" if one.name else name
    rule = {"name": name, "begin": one.mark, "end": one.mark}
    return {**rule, "patterns": _escapes(one.escapes)} if one.escapes else rule


def _escapes(escapes: bool) -> list[Rule]:
    return [{"name": "constant.character.escape", "match": r"\\."}] if escapes else []


def _numbers(lexemes: Sequence[TerminalPattern]) -> Iterator[Rule]:
    """The terminals that read numbers and no word, the longer first: an editor takes the first that fits."""
    found = [
        lexeme.pattern
        for lexeme in lexemes
        if lexeme.word is None
        and any(map(lexeme.reads, _NUMBERS))
        and not any(map(lexeme.reads, _NO_NUMBERS))
    ]
    if found:
        longest = "|".join(sorted(found, key=len, reverse=True))
        yield {"name": "constant.numeric", "match": rf"(?<![\w$])(?:{longest})(?!\w)"}


def _words(lexemes: Sequence[TerminalPattern]) -> Iterator[Rule]:
    for fold in (False, True):
        words = {
            lexeme.word
            for lexeme in lexemes
            if lexeme.word is not None and lexeme.fold is fold and _WORD.fullmatch(lexeme.word)
        }
        if words:
            any_of = "|".join(sorted(words, key=lambda word: (-len(word), word)))
            case = "(?i)" if fold else ""
            yield {"name": "keyword.other", "match": rf"{case}(?<![\w$?@:.-])(?:{any_of})(?![\w:-])"}


def _expression(lexeme: TerminalPattern) -> str:
    return lexeme.pattern if lexeme.word is None else re.escape(lexeme.word)
