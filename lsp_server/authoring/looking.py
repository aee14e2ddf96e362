"""Looks at a grammar from all sides. It needs no bundle: a `Language` with the grammar in it is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lsp_server.authoring import in_rules, in_terminals
from lsp_server.authoring.findings import Finding, Kind, Severity, is_refused, ordered
from lsp_server.authoring.forms import Forms
from lsp_server.authoring.source import Source
from lsp_server.errors import GrammarError
from lsp_server.lalr import load_grammar
from lsp_server.lalr.analysis import unusable_terminals
from lsp_server.lalr.bounds import LOOKING, in_time
from lsp_server.lalr.conflicts import Conflicts, find_conflicts
from lsp_server.languages import Language


def findings(language: Language, path: Path | None = None) -> tuple[Finding, ...]:
    """All that is found of the grammar of a language, errors first.

    Args:
        language: the language.
        path: where its grammar is, if that is not in its bundle.

    """
    source = Source(language.grammar)
    where = str(path or language.grammar_path)
    try:
        with in_time(language.grammar_path, LOOKING):
            found = list(_errors(language, source)) or list(_of_sound(language, source))
    except GrammarError as error:
        found = [_refused(error, Kind.REFUSED, source)]
    if language.start in source.definitions:
        sound = not is_refused(found)
        found += in_rules.unused(source, language.start, load_grammar(language) if sound else None)
    return ordered(replace(finding, path=finding.path or where) for finding in found)


def _errors(language: Language, source: Source) -> Iterator[Finding]:
    """What makes a grammar useless: terminals that cannot be used, and conflicts; then those settled too."""
    yield from (_refused(error, Kind.UNSUPPORTED, source) for error in unusable_terminals(language))
    conflicts = tuple(in_rules.of_conflicts(_conflicts(language)))
    yield from conflicts if is_refused(conflicts) else ()


def refusal(error: GrammarError, source: Source, path: Path) -> Finding:
    """What is wrong with a grammar that cannot be read, as a finding."""
    return replace(_refused(error, Kind.REFUSED, source), path=str(path))


def _refused(error: GrammarError, kind: Kind, source: Source) -> Finding:
    """An error of loading as a finding; the name is that of what is defined on its line."""
    name = next((d.name for d in source.definitions.values() if d.line == error.line), "")
    return Finding(
        kind, Severity.ERROR, error.message, error.remedy or "correct the grammar", name, error.line
    )


def _of_sound(language: Language, source: Source) -> Iterator[Finding]:
    """What is found of a grammar that can be used."""
    grammar = load_grammar(language)
    yield from in_rules.of_table(grammar, source)
    yield from in_rules.of_conflicts(_conflicts(language), frozenset(in_rules.barren(grammar)))
    yield from in_terminals.of_terminals(Forms(grammar), source)


@lru_cache(maxsize=1)
def _conflicts(language: Language) -> Conflicts:
    return find_conflicts(language.grammar, language.grammar_path, language.start)
