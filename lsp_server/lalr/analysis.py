"""From the text of a grammar to its terminals and its LALR(1) table: what Lark reads is analysed here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lark.exceptions import LarkError
from lark.grammar import Rule as LarkRule
from lark.lexer import TerminalDef
from lark.load_grammar import load_grammar as read_grammar

from lsp_server.cache import cached_property
from lsp_server.errors import GrammarError
from lsp_server.lalr.analysed import Analysis
from lsp_server.lalr.bounds import (
    CELLS,
    READING,
    SYMBOLS,
    TooManyCellsError,
    check_size,
    in_time,
    line_of,
)
from lsp_server.lalr.expansion import check_expansion
from lsp_server.lalr.importing import importer
from lsp_server.lalr.itemsets import ItemSets, find_item_sets
from lsp_server.lalr.lexicon import find_reads, read_terminals
from lsp_server.lalr.once import once
from lsp_server.lalr.settling import CollisionError, settle, settle_nothing
from lsp_server.lalr.table import END, Rule, Shape
from lsp_server.languages import Language, LarkOptions


def analyse(language: Language) -> Analysis:
    """Read the grammar of a language.

    Raises:
        GrammarError: the text is not a Lark grammar, not LALR(1), or has a terminal that the mask engine
            cannot take.

    """
    read = without_unread(language, read_language(language))
    read = with_ignored_apart(read) if language.lark.dynamic else read
    definitions, rules, ignored, files = read.definitions, read.rules, read.ignored, read.files
    used = {symbol.name for rule in rules for symbol in rule.expansion} | set(ignored)
    terminals = read_terminals(language, [d for d in definitions if d.name in used])
    shapes = {converted(rule): shape_of(rule) for rule in reversed(rules)}
    sets = item_sets(read, language.grammar_path, language.start)
    try:
        table = settle_nothing(sets) if language.lark.general else settle(sets)
    except CollisionError as error:
        raise _conflict(language, error) from None
    imported = {name: digest for name, digest in files.items() if isinstance(name, str)}
    return Analysis(terminals, frozenset(ignored), table, imported, shapes, find_reads(terminals))


@dataclass(frozen=True, eq=False)
class GrammarReading:
    """What Lark reads in a grammar: terminals, expanded rules, what is ignored, the files imported."""

    definitions: list[TerminalDef]
    rules: list[LarkRule]
    ignored: list[str]
    files: Mapping[Any, str]

    @cached_property
    def priorities(self) -> Mapping[Rule, int]:
        """The rules as they stand in a table, in order, each with its priority."""
        found: dict[Rule, int] = {}
        for rule in self.rules:
            found.setdefault(converted(rule), rule.options.priority or 0)
        return found


def unread_terminals(language: Language, read: GrammarReading) -> frozenset[str]:
    """The terminals that a grammar only declares, and that indentation does not tell: no text has them."""
    rules, blocks = read.rules, language.indentation
    known = {definition.name for definition in read.definitions} | {str(rule.origin.name) for rule in rules}
    known |= set() if blocks is None else {blocks.indent, blocks.dedent}
    return frozenset(str(s.name) for rule in rules for s in rule.expansion) - known


def without_unread(language: Language, read: GrammarReading) -> GrammarReading:
    """A grammar without the rules that need what no text has.

    Raises:
        GrammarError: nothing is left of it.

    """
    blocks = language.indentation
    used = {str(symbol.name) for rule in read.rules for symbol in rule.expansion}
    if blocks is not None and not {blocks.indent, blocks.dedent} <= used:
        return read
    first = without = unread_terminals(language, read)
    rules = read.rules
    while without:
        left = [rule for rule in rules if without.isdisjoint(str(s.name) for s in rule.expansion)]
        without = frozenset(str(rule.origin.name) for rule in rules) - {str(r.origin.name) for r in left}
        rules = left
    if not any(rule.origin.name == language.start for rule in rules):
        name = min(first)
        raise GrammarError(
            f"terminal {name} is declared without an expression, nothing reads it from a text, and every "
            "text needs it",
            path=language.grammar_path,
            line=line_of(language.grammar, rf"%declare\b[^\n]*\b{re.escape(name)}\b"),
            remedy="define it; what Python code makes of other lexemes is not supported",
        )
    return replace(read, rules=rules) if first else read


def with_ignored_apart(read: GrammarReading) -> GrammarReading:
    """A grammar in which what is ignored and stands in rules as well are two terminals that read the same.

    Lark's dynamic lexer takes such a text for either; all other lexers ignore it everywhere.
    """
    used = {str(symbol.name) for rule in read.rules for symbol in rule.expansion}
    both = {name: f"_IGNORED_{name.lstrip('_')}" for name in read.ignored if name in used}
    found = (definition for definition in read.definitions if definition.name in both)
    copies = [TerminalDef(both[one.name], one.pattern, one.priority) for one in found]
    ignored = [both.get(name, name) for name in read.ignored]
    return replace(read, definitions=[*read.definitions, *copies], ignored=ignored)


def read_language(language: Language) -> GrammarReading:
    """Have Lark read the grammar of a language, with its options; raises as `read_rules` does."""
    return read_rules(language.grammar, language.grammar_path, language.start, language.lark)


def read_rules(
    text: str,
    path: Path,
    start: str,
    options: LarkOptions = LarkOptions(),  # noqa: B008
) -> GrammarReading:
    """Have Lark read a grammar and expand its rules; what it imports is looked for beside `path`.

    Raises:
        GrammarError: the text is not a Lark grammar, asks for too much, or does not define the start rule.

    """
    read = once(("rules", text, path, start, options), lambda: _read_in_time(text, path, start, options))
    if not any(rule.origin.name == start for rule in read.rules):
        raise GrammarError(
            f"the start rule '{start}' is not defined", path=path, remedy="define it, or name another"
        )
    return read


def _read_in_time(text: str, path: Path, start: str, options: LarkOptions) -> GrammarReading:
    check_size(text, path)
    with in_time(path, READING):
        return _read(text, path, start, options)


def _read(text: str, path: Path, start: str, options: LarkOptions) -> GrammarReading:
    try:
        source, files = read_grammar(
            text, str(path), [importer(text, path, options.import_paths)], options.keep_all_tokens
        )
        check_expansion(text, path, source)
        definitions, rules, ignored = source.compile([start], "*")
    except (LarkError, OSError, ValueError, AssertionError) as error:
        told = re.search(r"\bat line (\d+)", str(error))
        line = int(told[1]) if told else getattr(error, "line", None)
        raise GrammarError(
            f"not a Lark grammar: {_first_line(error)}", path=path, line=line, remedy="correct the grammar"
        ) from None
    except (AttributeError, LookupError, TypeError) as error:
        # What Lark does not foresee.
        reason = f"Lark cannot read it: {type(error).__name__}: {error}"
        raise GrammarError(reason, path=path, remedy="undo your last change") from None
    except RecursionError:
        raise GrammarError(
            "the grammar is nested too deeply", path=path, remedy="make rules of what is in the brackets"
        ) from None
    for definition in definitions if options.flags else ():
        definition.pattern.flags |= frozenset(options.flags)
    return GrammarReading(definitions, rules, ignored, files)


def item_sets(read: GrammarReading, path: Path, start: str) -> ItemSets:
    """The item sets of a grammar that Lark has read.

    Raises:
        GrammarError: they are too large.

    """
    symbols = sum(len(rule.expansion) for rule in read.rules)
    if symbols > SYMBOLS:
        raise GrammarError(
            f"the rules have {symbols:,} symbols once they are written out; at most {SYMBOLS:,}",
            path=path,
            remedy="make them shorter, or repeat with * and +",
        )
    return once(("item sets", read, start), lambda: _find_item_sets(read, path, start))


def _find_item_sets(read: GrammarReading, path: Path, start: str) -> ItemSets:
    try:
        return find_item_sets(read.priorities, start)
    except TooManyCellsError:
        raise GrammarError(
            f"the table of the grammar would have more than {CELLS:,} entries",
            path=path,
            remedy="make one terminal of words that stand in the same places; let fewer rules be empty",
        ) from None


def unusable_terminals(language: Language) -> tuple[GrammarError, ...]:
    """What is wrong with terminals that rules use: an error for each, where loading stops at the first.

    Raises:
        GrammarError: the text is not a Lark grammar, or does not define the start rule.

    """
    read = read_language(language)
    used = {symbol.name for rule in read.rules for symbol in rule.expansion} | set(read.ignored)
    found = []
    for definition in read.definitions:
        if definition.name in used:
            try:
                read_terminals(language, [definition])
            except GrammarError as error:
                found.append(error)
    return tuple(found)


def converted(rule: LarkRule) -> Rule:
    """A rule of Lark's as it stands in the table."""
    return Rule(str(rule.origin.name), tuple(str(symbol.name) for symbol in rule.expansion))


def shape_of(rule: LarkRule) -> Shape:
    """What Lark's tree builder makes of a rule."""
    options, origin = rule.options, str(rule.origin.name)
    kind = str(rule.alias or options.template_source or origin)
    named = (options.keep_all_tokens or not getattr(symbol, "filter_out", False) for symbol in rule.expansion)
    return Shape(kind, origin.startswith("_"), options.expand1 and not rule.alias, tuple(named))


def _first_line(error: Exception) -> str:
    return " ".join(line.strip() for line in str(error).strip().splitlines()[:4])


def _conflict(language: Language, error: CollisionError) -> GrammarError:
    """A reduce/reduce conflict in one line."""
    ends = " and ".join(f"`{r.origin}: {' '.join(r.expansion) or '(nothing)'}`" for r in error.rules)
    following = "the end" if error.terminal == END else error.terminal
    return GrammarError(
        f"not LALR(1): before {following}, {ends} may both have ended",
        path=language.grammar_path,
        line=line_of(language.grammar, rf"[?!]*{re.escape(error.rules[0].origin)}\b"),
        remedy=f"make the rules differ before the next lexeme, or merge them; {_shown(language)}",
    )


def _shown(language: Language) -> str:
    return f"`holegram grammar check {language.id}` shows all conflicts, with examples"
