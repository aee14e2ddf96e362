"""Looks at a grammar from all sides. It needs no bundle: a `Language` with the grammar in it is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lsp_server.errors import GrammarError
from lsp_server.inspection import in_rules, in_terminals
from lsp_server.inspection.described import grammar_of, language_of_grammar
from lsp_server.inspection.findings import (
    Finding,
    FindingKind,
    Severity,
    is_refused,
    only_conflicts,
    ordered,
    read_generally,
)
from lsp_server.inspection.in_offers import of_offers
from lsp_server.inspection.placing import placed, unreadable
from lsp_server.lalr import Grammar
from lsp_server.lalr.analysis import unusable_terminals
from lsp_server.lalr.bounds import ANALYSIS, LOOKING, MAKING, ClockError, in_time, own_clock, while_wanted
from lsp_server.lalr.conflicts import Conflicts, find_conflicts
from lsp_server.lalr.loading import load_grammar, make_grammar
from lsp_server.lalr.notation import Notation
from lsp_server.lalr.once import once_only
from lsp_server.languages import Language

Wanted = Callable[[], bool]
"""Whether anybody still waits for the answer."""


def inspect_file(path: Path, text: str, wanted: Wanted = lambda: True) -> tuple[Finding, ...]:
    """All that is found of a grammar that is a file by itself, errors first; nothing where it has no rule.

    Where it is in no bundle, it is read as a bundle made of it would read it (see `inspect_alone`).

    Args:
        path: the file, which need not be there.
        text: what is in it, or will be.
        wanted: as for `inspect`.

    """
    try:
        language = language_of_grammar(path, text)
    except GrammarError as error:
        return refusal(error, grammar_of(text), path)
    if language is None:
        return ()
    with once_only():
        found = inspect(language, path, wanted)
        if language.extensions or language.filenames or not _asks_for_all_ways(language, found):
            return found
        return ordered((*inspect(_general(language), path, wanted), read_generally(found)))


def refusal(error: GrammarError, notation: Notation, path: Path) -> tuple[Finding, ...]:
    """What is wrong with a grammar that cannot be loaded, as a finding of its file."""
    return _placed([placed(error, notation)], notation, path)


def inspect(
    language: Language, path: Path | None = None, wanted: Wanted = lambda: True
) -> tuple[Finding, ...]:
    """All that is found of the grammar of a language, errors first.

    Args:
        language: the language.
        path: where its grammar is, if that is not in its bundle.
        wanted: is asked again and again, by another thread; where it says no, or time is out, no more is
            looked for, and a finding says so.

    """
    found: list[Finding] = []
    notation = Notation(language.grammar)
    computed = own_clock()
    end = computed() + LOOKING
    try:
        with once_only(), while_wanted(lambda: wanted() and computed() < end):
            notation = grammar_of(language.grammar)
            found.extend(unreadable(language, notation))
            if not found:
                found.extend(dict.fromkeys(_of_readable(language, notation)))
    except GrammarError as error:
        found.append(placed(error, notation))
    except ClockError:
        found.append(_UNFINISHED)
    return _placed(found, notation, path or language.grammar_path)


def inspect_loaded(language: Language, path: Path | None = None) -> tuple[Finding, ...]:
    """What is found of a grammar, and of the builtins and snippets beside it, once it has been loaded."""
    now = own_clock()
    end = now() + MAKING
    more: tuple[Finding, ...] = ()
    with once_only():
        try:
            more = of_offers(load_grammar(language))
        except GrammarError as error:
            more = refusal(error, grammar_of(language.grammar), path or language.grammar_path)
        found = inspect(language, path, lambda: now() < end)
    return found if is_refused(found) else (*more, *found)


def inspect_alone(language: Language, path: Path) -> tuple[Language, tuple[Finding, ...]]:
    """What is found of a grammar that has no bundle, and its language as a bundle made of it would read it.

    That is with all ways at once where all that is wrong is that it is not LALR(1).
    """
    found = inspect_loaded(language, path)
    if not _asks_for_all_ways(language, found):
        return language, found
    general = _general(language)
    return general, ordered((*inspect_loaded(general, path), read_generally(found)))


def _asks_for_all_ways(language: Language, found: tuple[Finding, ...]) -> bool:
    return not language.lark.general and only_conflicts(found)


def _general(language: Language) -> Language:
    return replace(language, lark=replace(language.lark, parser="earley"))


_UNFINISHED = Finding(
    FindingKind.UNFINISHED,
    Severity.WARNING,
    "this grammar takes too long to check: there may be more problems than these",
    "check a part of it alone, with another start rule",
)


def _placed(found: list[Finding], notation: Notation, path: Path) -> tuple[Finding, ...]:
    """Some findings in the order in which they are told, each with line and file."""
    lines = (None if one.span is None else notation.line_of(one.span.start) for one in found)
    return ordered(replace(one, line=line, path=str(path)) for one, line in zip(found, lines, strict=True))


def _of_readable(language: Language, notation: Notation) -> Iterator[Finding]:
    """What is found of a grammar that Lark can read: what makes it useless, or else all there is to know."""
    grammars: list[Grammar] = []
    for dialect in language.dialects:
        try:
            with in_time(language.grammar_path, ANALYSIS):
                grammars.append(make_grammar(dialect))
        except GrammarError as error:
            yield from _useless(dialect, error, notation)
            yield from in_rules.unused(notation, language)
            return
    yield from in_rules.unused(notation, language, grammars)
    for grammar in grammars:
        dialect = grammar.language
        yield from in_rules.of_table(grammar, notation)
        yield from in_terminals.of_terminals(grammar, notation)
        yield from in_terminals.unread(dialect, notation)
        if not dialect.lark.general:
            yield from in_rules.of_conflicts(_conflicts(dialect), frozenset(in_rules.barren(grammar)))


def _useless(language: Language, error: GrammarError, notation: Notation) -> Iterator[Finding]:
    """Why a grammar cannot be used: all such terminals, and conflicts; else the error of who tried."""
    terminals = unusable_terminals(language)
    yield from (placed(one, notation, FindingKind.UNSUPPORTED) for one in terminals)
    conflicts = _conflicts(language)
    if conflicts.reduce:
        yield from in_rules.of_conflicts(conflicts)
    elif not terminals:
        yield placed(error, notation)


@lru_cache(maxsize=1)
def _conflicts(language: Language) -> Conflicts:
    return find_conflicts(language.grammar, language.grammar_path, language.start, options=language.lark)
