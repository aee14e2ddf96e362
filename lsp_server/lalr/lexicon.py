"""The terminals of a grammar, and scanners that read them exactly as Lark's contextual lexer does.

Lark tries terminals in a fixed order (priority, longest possible match, longest expression, name) and takes
the first that matches; a fixed word that a more general terminal also matches is read as the general one
and then renamed. Both rules are kept here, because the guarantee is given in terms of Lark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from re import _constants as sre
from re import _parser as sre_parser
from typing import TYPE_CHECKING, cast

from lsp_server.cache import cached_property
from lsp_server.errors import GrammarError
from lsp_server.lalr.bounds import line_of
from lsp_server.lalr.dialect import for_re, is_beyond_re
from lsp_server.lalr.linear import Found, linear
from lsp_server.lalr.regex import (
    Node,
    ParsedRegex,
    UnsupportedRegexError,
    first,
    in_set,
    literal,
    may_explode,
    read_regex,
)
from lsp_server.languages import Language, Paired
from lsp_server.lazy_imports import TURN

if TYPE_CHECKING:
    from lark.lexer import Pattern, TerminalDef

_LONGEST_NAME = 60
_LONGEST_SHOWN = 30
_PEOPLE_SAY = {
    "cname": "name",
    "escaped string": "string",
    "int": "whole number",
    "signed int": "whole number",
    "float": "number",
    "signed float": "number",
    "signed number": "number",
    "cpp comment": "comment",
    "c comment": "comment",
    "sh comment": "comment",
    "sql comment": "comment",
    "ws": "blank",
    "ws inline": "blank",
    "nl": "line end",
    "eol": "line end",
    "id": "name",
    "num": "number",
    "str": "string",
}
"""What people call the terminals of Lark's own library, and others with usual names, where that is not their
name in small letters.
"""

_ENDLESS = int(getattr(sre_parser, "MAXWIDTH", sre.MAXREPEAT))
"""What Lark takes for the width of an expression that Python's parser does not read."""

Match = Callable[[str, int], re.Match[str] | Found | None]
Names = tuple[tuple[str, str], ...]
"""Words, and as what each is read."""

Options = tuple[tuple[str, Match, bool], ...]
"""Terminals in the order in which they are tried, what matches each, and whether it reads words."""


@dataclass(frozen=True, eq=False)
class Terminal:
    """A terminal: its name, its expression for `re`, and its place in Lark's order.

    `word` is its text where it is a fixed one, else None; with `fold`, in capitals or not. `first` are the
    sets of characters, as sources, that it may begin with. It `explodes` where `re` may take time that
    doubles with each character. `whole` is the expression of the grammar where `pattern` matches more than
    that, which only the `regex` module can match.
    """

    name: str
    pattern: str
    word: str | None
    fold: bool
    priority: int
    order: tuple[int, int, int, str]
    first: frozenset[str]
    explodes: bool
    whole: str = ""

    @property
    def node(self) -> Node:
        """Its expression as a tree."""
        return self.reading.node

    @cached_property
    def reading(self) -> ParsedRegex:
        """The same, with what the lexer looks at before and after it."""
        return _reading(self.pattern, self.word, fold=self.fold)

    @property
    def spelling(self) -> str:
        """How a message names it: a fixed text as it is written, else the terminal's name in words.

        Of one that has no name, its expression.
        """
        if self.word is not None:
            return self.word
        if self.name.startswith("__"):
            return self.shown
        words = self.name.rpartition("__")[2].strip("_").replace("_", " ").lower()
        return _PEOPLE_SAY.get(words, words)

    @property
    def shown(self) -> str:
        """How the author of the grammar names it: by its name, or by its expression if it has none."""
        if not self.name.startswith("__"):
            return self.name
        inner = re.sub(r"^\(\?[aimsux]*:(.*)\)$", r"\1", self.pattern, flags=re.DOTALL)
        inner = " ".join(inner.split())
        return f"/{inner if len(inner) <= _LONGEST_SHOWN else inner[:_LONGEST_SHOWN] + '...'}/"


def _reading(pattern: str, word: str | None, *, fold: bool) -> ParsedRegex:
    return read_regex(pattern) if word is None else ParsedRegex(literal(word, fold=fold))


def read_terminals(language: Language, definitions: Iterable[TerminalDef]) -> dict[str, Terminal]:
    """The terminals of a grammar by name.

    Raises:
        GrammarError: an expression matches the empty text or cannot be used by the mask engine.

    """
    terminals: dict[str, Terminal] = {}

    def wrong(name: str, reason: str, remedy: str) -> GrammarError:
        line = line_of(language.grammar, rf"{re.escape(name)}\b")
        return GrammarError(f"terminal {reason}", path=language.grammar_path, line=line, remedy=remedy)

    for definition in definitions:
        shown = _short(definition.name)
        pattern = definition.pattern
        word = pattern.value if pattern.type == "str" else None
        fold = "i" in pattern.flags
        try:
            written, exact = for_re(pattern.to_regexp())
            read_regex(written)
            reading = _reading(written, word, fold=fold)
            explodes = word is None and may_explode(written)
        except UnsupportedRegexError as error:
            raise wrong(definition.name, f"{shown}: {error}", error.remedy) from None
        if not exact and find_spec("regex") is None:
            reason = f"{shown} is written for the regex module, which is not installed"
            raise wrong(definition.name, reason, "pip install regex")
        least, most = _width(pattern, written)
        if not least:
            remedy = "make it match at least one character, and make it optional in the rules"
            raise wrong(definition.name, f"{definition.name} matches the empty text", remedy)
        terminals[definition.name] = Terminal(
            definition.name,
            written,
            word,
            fold,
            definition.priority,
            (-definition.priority, -most, -len(pattern.value), definition.name),
            first(reading.node),
            explodes,
            "" if exact else pattern.to_regexp(),
        )
    return terminals


def find_reads(terminals: Mapping[str, Terminal]) -> Mapping[str, tuple[str, ...]]:
    """By general terminal, the fixed words that it reads whole, in Lark's order."""
    ordered = _in_order(terminals.values())
    words = [(word.name, word.word) for word in ordered if word.word is not None]
    found = {
        general.name: tuple(name for name, word in words if _reads_whole(_match_of(general), word))
        for general in ordered
        if general.word is None
    }
    return {name: read for name, read in found.items() if read}


def _reads_whole(match: Match, word: str) -> bool:
    found = match(word, 0)
    return found is not None and found.end() == len(word)


def _width(pattern: Pattern, written: str) -> tuple[int, int]:
    """How many characters an expression matches at least and at most, as Lark counts them."""
    if written == pattern.to_regexp():
        return pattern.min_width, pattern.max_width
    least, most = sre_parser.parse(written).getwidth()
    return least, _ENDLESS if is_beyond_re(pattern.to_regexp()) else most


def _match_of(terminal: Terminal) -> Match:
    if terminal.whole:
        with TURN:
            regex = import_module("regex")
        return cast("Match", regex.compile(terminal.whole).match)
    matcher = linear(terminal.pattern) if terminal.explodes else re.compile(terminal.pattern)
    return matcher.match


def _in_order(terminals: Iterable[Terminal]) -> tuple[Terminal, ...]:
    return tuple(sorted(terminals, key=lambda terminal: terminal.order))


def _short(name: str) -> str:
    """A name of which a person has to see no more: Lark makes names of fixed texts, however long."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


class Lexicon:
    """The terminals of a grammar in Lark's order, and which of them read which fixed words."""

    def __init__(
        self, terminals: Mapping[str, Terminal], ignored: frozenset[str], reads: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Lark ignores what it reads as `ignored` before it renames.

        So a word is lost that something ignored also matches, and an ignored word that a general terminal
        matches fits nowhere. `reads` are the words that each general terminal reads whole.
        """
        self._ordered = _in_order(terminals.values())
        self._terminals = terminals
        self._matches: dict[str, Match] = {}
        self._beginning: dict[str, tuple[Terminal, ...]] = {}
        self._options: dict[Options, Options] = {}
        self._by_first: dict[str, list[Terminal]] = {}
        for terminal in self._ordered:
            for source in terminal.first:
                self._by_first.setdefault(source, []).append(terminal)
        readers: dict[str, set[str]] = {}
        self._renamed: dict[str, tuple[dict[str, Names], dict[str, Names]]] = {}
        for general in self._ordered:
            if general.word is None:
                words = [terminals[name] for name in reads.get(general.name, ())]
                self._renamed[general.name] = _renamed(general, words, ignored, readers)
        self.readers = {name: frozenset(found) for name, found in readers.items()}
        """By fixed word, the general terminals that read it, so that where one may stand they do."""

    def match_of(self, terminal: Terminal) -> Match:
        """What matches the expression of a terminal."""
        match = self._matches.get(terminal.name)
        if match is None:
            match = self._matches[terminal.name] = _match_of(terminal)
        return match

    def beginning(self, character: str, others: Collection[str]) -> Iterable[Terminal]:
        """The terminals that may begin with a character, and others, in order."""
        found = self._beginning.get(character)
        if found is None:
            every = {
                terminal.name: terminal
                for source, terminals in self._by_first.items()
                if not (character.isascii() and source.isascii()) or in_set(source).match(character)
                for terminal in terminals
            }
            found = self._beginning[character] = _in_order(every.values())
        more = [self._terminals[name] for name in others]
        return _in_order(dict.fromkeys((*found, *more))) if more else found

    def shared(self, options: Options) -> Options:
        """The same for all scanners that try the same: there are far more of them than of what they try."""
        return self._options.setdefault(options, options)

    def renames(self, name: str) -> bool:
        """Whether what a terminal reads may be a word."""
        return any(self._renamed.get(name, ()))

    def renamed(self, general: str, text: str, among: frozenset[str]) -> str:
        """The word that a text is which a general terminal reads; that terminal itself if it is none."""
        for word, name in self._words(general, text):
            if word in among:
                return name
        return general

    def alike(self, name: str, text: str) -> tuple[str, ...]:
        """The terminals that may read elsewhere what one reads here: a keyword may be a name there."""
        found = {name, *self.readers.get(name, ())}
        return tuple(sorted(found.union(*((word for word, _ in self._words(one, text)) for one in found))))

    def _words(self, general: str, text: str) -> Names:
        """The words that a text is which a general terminal reads, each with what it is read as."""
        exact, folded = self._renamed.get(general, ({}, {}))
        found = exact.get(text, ())
        return (*found, *folded.get(text.lower(), ())) if folded else found


def _renamed(
    general: Terminal, words: Iterable[Terminal], ignored: frozenset[str], readers: dict[str, set[str]]
) -> tuple[dict[str, Names], dict[str, Names]]:
    """By text, and by text in small letters, the words that what a general terminal reads may be.

    Which words it reads is added to their `readers`.
    """
    exact: dict[str, Names] = {}
    folded: dict[str, Names] = {}
    for word in words:
        if word.word is None or word.priority != general.priority:
            continue
        if general.name not in ignored:
            table, key = (folded, word.word.lower()) if word.fold else (exact, word.word)
            name = "" if word.name in ignored else word.name
            table[key] = (*table.get(key, ()), (word.name, name))
        if general.fold or not word.fold:
            readers.setdefault(word.name, set()).add(general.name)
    return exact, folded


class Scanner:
    """Reads one lexeme where any of some terminals may stand.

    It tries those that may begin with the character that stands there, in order, as one expression of many
    alternatives would; but to make such an expression for each set of terminals takes far longer.
    """

    __slots__ = ("_closers", "_lexicon", "_options", "terminals")

    def __init__(self, lexicon: Lexicon, terminals: frozenset[str], closers: Mapping[str, str]) -> None:
        """`closers` replaces the expressions of those of them that are paired, whose tag is known here."""
        self.terminals = terminals
        self._lexicon = lexicon
        self._closers = {name: re.compile(pattern).match for name, pattern in closers.items()}
        self._options: dict[str, Options] = {}

    def match(self, text: str, start: int) -> tuple[str, int] | None:
        """The terminal that stands at `start`, "" if it fits nowhere, and its end; None where none does."""
        character = text[start : start + 1]
        options = self._options.get(character)
        if options is None:
            options = tuple(self._options_for(character))
            if not self._closers:
                options = self._lexicon.shared(options)
            self._options[character] = options
        for name, match, renames in options:
            found = match(text, start)
            if found is not None:
                end = found.end()
                return self._lexicon.renamed(name, text[start:end], self.terminals) if renames else name, end
        return None

    def _options_for(self, character: str) -> Iterator[tuple[str, Match, bool]]:
        """What to try where a character stands."""
        lexicon, names = self._lexicon, self.terminals
        for terminal in lexicon.beginning(character, self._closers):
            name = terminal.name
            if name in names and names.isdisjoint(lexicon.readers.get(name, ())):
                yield name, self._closers.get(name) or lexicon.match_of(terminal), lexicon.renames(name)


def closer_pattern(pair: Paired, tag: str) -> str:
    """The expression of a paired closing terminal while `tag` is open."""
    follow = f"(?={pair.follow})" if pair.follow else ""
    return pair.pattern.replace("{tag}", re.escape(tag)) + follow


def any_closer_pattern(pair: Paired) -> str:
    """The same for a word as tag, which is group 1; an empty one too if that leaves something to close with.

    To be compiled for texts of several lines.
    """
    tag = r"(\w+)" if re.match(pair.pattern.replace("{tag}", ""), "") else r"(\w*)"
    return ("^" if pair.follow else "") + pair.pattern.replace("{tag}", tag) + f"(?={pair.follow})"
