"""From the text of a grammar to its terminals and its LALR(1) table: Lark's own reading, its item sets kept.

States are numbered breadth first in the order of symbol names, so that numbers are stable.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lark.common import ParserConf
from lark.exceptions import GrammarError as LarkGrammarError
from lark.exceptions import LarkError
from lark.grammar import Rule as LarkRule
from lark.grammar import Symbol
from lark.lexer import TerminalDef
from lark.load_grammar import load_grammar as read_grammar
from lark.parsers.grammar_analysis import RulePtr
from lark.parsers.lalr_analysis import LALR_Analyzer, Shift

from lsp_server.errors import GrammarError
from lsp_server.lalr.bounds import READING, check_expansion, check_size, in_time
from lsp_server.lalr.lexicon import Terminal, read_terminals
from lsp_server.lalr.lookahead import find_lookaheads
from lsp_server.lalr.table import END, Item, Rule, Shape, Table
from lsp_server.languages import Language


@dataclass(frozen=True, slots=True)
class Gap:
    """After a terminal, what must not touch it, and what is ignored that may stand between.

    Of all that must not (`touching`), `before` is what the mask engine does not keep apart by itself.
    """

    before: tuple[str, ...]
    ignored: tuple[str, ...]
    touching: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a grammar says, worked out. `files` are those it imports, with the digest of each.

    `shapes`: by rule, what it leaves in a tree.
    `apart`: by terminal, where there are any, what must not touch its end. `renamed`: by terminal, the fixed
    texts that it matches too and as which they are read in every state.
    """

    terminals: Mapping[str, Terminal]
    ignored: frozenset[str]
    table: Table
    files: Mapping[str, str]
    shapes: Mapping[Rule, Shape]
    apart: Mapping[str, Gap] = field(default_factory=dict)
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def analyse(language: Language) -> Analysis:
    """Read the grammar of a language.

    Raises:
        GrammarError: the text is not a Lark grammar, not LALR(1), or has a terminal that the mask engine
            cannot take.

    """
    read = read_rules(language.grammar, language.grammar_path, language.start)
    definitions, rules, ignored, files = read.definitions, read.rules, read.ignored, read.files
    used = {symbol.name for rule in rules for symbol in rule.expansion} | set(ignored)
    terminals = read_terminals(language, [d for d in definitions if d.name in used])
    shapes = {converted(rule): shape_of(rule) for rule in reversed(rules)}
    try:
        table = build_table(rules, language.start)
    except LarkGrammarError as error:
        raise _conflict(language, str(error)) from None
    imported = {name: digest for name, digest in files.items() if isinstance(name, str)}
    return Analysis(terminals, frozenset(ignored), table, imported, shapes)


@dataclass(frozen=True, eq=False)
class Reading:
    """What Lark reads in a grammar: terminals, expanded rules, what is ignored, the files imported."""

    definitions: list[TerminalDef]
    rules: list[LarkRule]
    ignored: list[str]
    files: Mapping[Any, str]


def read_rules(text: str, path: Path, start: str) -> Reading:
    """Have Lark read a grammar and expand its rules; what it imports is looked for beside `path`.

    Raises:
        GrammarError: the text is not a Lark grammar, asks for too much, or does not define the start rule.

    """
    check_size(text, path)
    with in_time(path, READING):
        read = _read(text, path, start)
    if not any(rule.origin.name == start for rule in read.rules):
        raise GrammarError(
            f"the start rule '{start}' is not defined", path=path, remedy="define it, or name another"
        )
    return read


def _read(text: str, path: Path, start: str) -> Reading:
    try:
        source, files = read_grammar(text, str(path), [str(path.parent)], False)
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
        raise GrammarError(reason, path=path, remedy="undo what was changed last") from None
    except RecursionError:
        raise GrammarError(
            "the grammar is nested too deeply", path=path, remedy="make rules of what is in the brackets"
        ) from None
    return Reading(definitions, rules, ignored, files)


def unusable_terminals(language: Language) -> tuple[GrammarError, ...]:
    """What is wrong with terminals that rules use: an error for each, where loading stops at the first.

    Raises:
        GrammarError: the text is not a Lark grammar, or does not define the start rule.

    """
    read = read_rules(language.grammar, language.grammar_path, language.start)
    used = {symbol.name for rule in read.rules for symbol in rule.expansion} | set(read.ignored)
    found = []
    for definition in read.definitions:
        if definition.name in used:
            try:
                read_terminals(language, [definition])
            except GrammarError as error:
                found.append(error)
    return tuple(found)


def build_table(rules: list[LarkRule], start: str) -> Table:
    """Analyse a grammar.

    Raises:
        lark.exceptions.GrammarError: it has a reduce/reduce conflict. A shift/reduce conflict is taken
            as a shift, as Lark does.

    """
    _share_symbols(rules)
    analyzer = LALR_Analyzer(ParserConf(rules, {}, [start]))
    analyzer.compute_lr0_states()
    find_lookaheads(analyzer)
    analyzer.debug = True
    analyzer.compute_lalr1_states()
    lalr = analyzer.parse_table.states
    kernels_of = {itemset.closure: itemset for itemset in analyzer.lr0_itemsets}

    convert = cache(converted)
    root = kernels_of[analyzer.parse_table.start_states[start]]
    numbers = {root.closure: 0}
    order = deque([root])
    states = []
    while order:
        itemset = order.popleft()
        states.append(itemset)
        for _, target in sorted(itemset.transitions.items(), key=lambda pair: pair[0].name):
            if target.closure not in numbers:
                numbers[target.closure] = len(numbers)
                order.append(target)

    reduced: dict[Rule, int] = {}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    nonterminals = {str(rule.origin.name) for rule in rules}
    for itemset in states:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for name, (action, argument) in lalr[itemset.closure].items():
            if action is not Shift:
                row[name] = ~reduced.setdefault(convert(argument), len(reduced))
            elif name in nonterminals:
                goto[str(name)] = numbers[argument]
            else:
                row[name] = numbers[argument]
        actions.append(row)
        gotos.append(goto)

    def items(pointers: Iterable[RulePtr]) -> tuple[Item, ...]:
        found = {Item(convert(pointer.rule), pointer.index) for pointer in pointers}
        return tuple(sorted(found, key=lambda item: (item.rule.origin, item.rule.expansion, item.dot)))

    by_origin: dict[str, list[Rule]] = {}
    for rule in dict.fromkeys(convert(rule) for rule in rules):
        by_origin.setdefault(rule.origin, []).append(rule)
    return Table(
        rules=tuple(reduced),
        by_origin={origin: tuple(found) for origin, found in by_origin.items()},
        actions=tuple(actions),
        gotos=tuple(gotos),
        kernels=tuple(items(itemset.kernel) for itemset in states),
        accepts=tuple(frozenset(row) - {END} for row in actions),
        final=numbers[analyzer.parse_table.end_states[start]],
        root=items(root.kernel)[0].rule,
    )


def converted(rule: LarkRule) -> Rule:
    """A rule of Lark's as it stands in the table."""
    return Rule(str(rule.origin.name), tuple(str(symbol.name) for symbol in rule.expansion))


def shape_of(rule: LarkRule) -> Shape:
    """What Lark's tree builder makes of a rule."""
    options, origin = rule.options, str(rule.origin.name)
    kind = str(rule.alias or options.template_source or origin)
    named = (options.keep_all_tokens or not getattr(symbol, "filter_out", False) for symbol in rule.expansion)
    return Shape(kind, origin.startswith("_"), options.expand1 and not rule.alias, tuple(named))


def _share_symbols(rules: list[LarkRule]) -> None:
    """Let equal symbols be one object with a plain name: Lark compares them so often that it is felt."""
    shared: dict[Symbol, Any] = {}

    def share(symbol: Symbol) -> Any:
        found = shared.get(symbol)
        if found is None:
            symbol.name = str(symbol.name)
            found = shared[symbol] = symbol
        return found

    for rule in rules:
        rule.origin = share(rule.origin)
        rule.expansion = [share(symbol) for symbol in rule.expansion]


def _first_line(error: Exception) -> str:
    return " ".join(line.strip() for line in str(error).strip().splitlines()[:4])


def _conflict(language: Language, report: str) -> GrammarError:
    """Lark's report of a reduce/reduce conflict in one line; of several, the first by the rules' names."""
    conflicts = []
    for part in report.split("\n\n"):
        between = part.partition("collision occurred")[0]
        rules = sorted(set(re.findall(r"<(\w+) : ([^>]*)>", between)))
        terminal = re.search(r"Terminal\('(.+?)'\)", between)
        if rules and terminal:
            conflicts.append((rules, terminal[1]))
    if not conflicts:
        return GrammarError(
            f"not LALR(1): {_first_line(Exception(report))}",
            path=language.grammar_path,
            remedy=f"resolve the conflict; {_shown(language)}",
        )
    rules, lookahead = min(conflicts)
    place = re.search(rf"^[?!]*{re.escape(rules[0][0])}\b", language.grammar, re.MULTILINE)
    ends = " and ".join(f"`{name}: {expansion or '(nothing)'}`" for name, expansion in rules)
    return GrammarError(
        f"not LALR(1): before {'the end' if lookahead == '$END' else lookahead}, {ends} may both have ended",
        path=language.grammar_path,
        line=None if place is None else language.grammar.count("\n", 0, place.start()) + 1,
        remedy=f"make the rules differ before the next lexeme, or merge them; {_shown(language)}",
    )


def _shown(language: Language) -> str:
    return f"`holegram grammar check {language.id}` shows all conflicts, with examples"
