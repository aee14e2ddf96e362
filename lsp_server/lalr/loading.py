"""How a bundle's grammar is loaded: analysed once, checked against the manifest, and kept."""

from __future__ import annotations

import gc
import math
import re
from dataclasses import replace

from lsp_server.cache import LruCache
from lsp_server.errors import GrammarError
from lsp_server.lalr.analysed import Analysis
from lsp_server.lalr.bounds import ANALYSIS, in_time
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.kept import keep_analysis, read_analysis
from lsp_server.lalr.once import once
from lsp_server.lalr.regex import UnsupportedRegexError, may_explode, parse_regex
from lsp_server.languages import MANIFEST, Language, is_bundled
from lsp_server.lazy_imports import TURN

_LOADED: LruCache[Language, Grammar] = LruCache(64)


def load_grammar(language: Language) -> Grammar:
    """The grammar of a language, analysed now or before; the result is kept.

    Raises:
        GrammarError: the text is not a Lark grammar, not LALR(1), asks for too much, or has a terminal that
            the mask engine cannot take.

    """
    return _LOADED.get(language, lambda: _loaded(language))


def forget_grammars() -> None:
    """Let go of the grammars, and so of all that was found out with each."""
    _LOADED.clear()


def _loaded(language: Language) -> Grammar:
    analysis = read_analysis(language)
    if analysis is None:
        with TURN:
            from lsp_server.lalr.touching import find_gaps, find_renamed

        # A grammar that comes with the product is known to end, on a slow machine too.
        seconds = math.inf if is_bundled(language.directory) else ANALYSIS
        with in_time(language.grammar_path, seconds):
            analysis = _analysed(language)
            _check_named(language, analysis)
            grammar = Grammar(language, analysis)
            analysis = replace(analysis, apart=find_gaps(grammar), renamed=find_renamed(grammar))
        keep_analysis(language, analysis)
    _check_terminals(language, analysis)
    grammar = Grammar(language, analysis)
    if is_bundled(language.directory):  # any other may change, and what is frozen stays for good
        gc.freeze()  # measured: while a long file is edited, the garbage collector pauses for 60 ms, not 135
    return grammar


def make_grammar(language: Language) -> Grammar:
    """The grammar of a language, for a look at it: kept nowhere, and without what texts are read with.

    Raises:
        GrammarError: as for `load_grammar`, but that nobody looks at the time.

    """
    analysis = read_analysis(language) or _analysed(language)
    _check_named(language, analysis)
    _check_terminals(language, analysis)
    return Grammar(language, analysis)


def _analysed(language: Language) -> Analysis:
    # Imported here because it brings Lark, which is not needed where an analysis was kept.
    with TURN:
        from lsp_server.lalr.analysis import analyse

    return once(("analysis", language), lambda: analyse(language))


def _check_named(language: Language, analysis: Analysis) -> None:
    """Raise where the manifest names what the grammar does not have."""
    path = language.grammar_path
    for pair in language.paired:
        for name in (pair.open, pair.close):
            if not _has(language, analysis, name):
                raise GrammarError(
                    f"paired terminal {name} is not in the grammar", path=path, remedy="correct [[paired]]"
                )
        try:
            parse_regex(pair.pattern.replace("{tag}", re.escape(pair.sample)))
            parse_regex(pair.follow)
        except UnsupportedRegexError as error:
            raise GrammarError(
                f"paired terminal {pair.close}: {error}", path=path, remedy="correct [[paired]]"
            ) from None
    _check_expressions(language)
    _check_indentation(language, analysis)
    for name in language.reserved:
        if not _has(language, analysis, name) and name not in analysis.table.by_origin:
            raise GrammarError(
                f"reserved terminal {name} is not in the grammar",
                path=path,
                remedy="correct the key reserved",
            )


def _check_terminals(language: Language, analysis: Analysis) -> None:
    """Raise where the manifest names a terminal that is none; what is kept of an analysis does not tell."""
    for key, names in (("table [words]", language.words), ("key outside", language.outside)):
        for name in names:
            if not _has(language, analysis, name):
                raise GrammarError(
                    f"terminal {name} is not in the grammar",
                    path=language.directory / MANIFEST,
                    remedy=f"correct the {key}",
                )


def _has(language: Language, analysis: Analysis, name: str) -> bool:
    """Whether a terminal stands in the texts, or is defined or imported for those of another dialect."""
    if name in analysis.terminals:
        return True
    defined = re.search(rf"^(?:%import\b.*\b)?{re.escape(name)}\b", language.grammar, re.MULTILINE)
    return len(language.dialects) > 1 and defined is not None


def _check_expressions(language: Language) -> None:
    """Raise where matching what the manifest has for texts may explode; of terminals `linear` takes care."""
    pairs = language.paired
    expressions = [("word", language.word), *(("paired.tag", pair.tag) for pair in pairs)]
    expressions += [
        ("paired.pattern", pair.pattern.replace("{tag}", re.escape(pair.sample))) for pair in pairs
    ]
    expressions += [("paired.follow", pair.follow) for pair in pairs]
    for key, pattern in expressions:
        try:
            explodes = may_explode(pattern)
        except UnsupportedRegexError:
            explodes = True
        if explodes:
            raise GrammarError(
                f"key '{key}': matching may take a time that explodes with the length of a text",
                path=language.directory / MANIFEST,
                remedy="let no two repetitions take the same text",
            )


def _check_indentation(language: Language, analysis: Analysis) -> None:
    """Raise where the table `indentation` names what the grammar does not have."""
    rules = language.indentation
    if rules is None:
        return
    read = (rules.newline, *(name for pair in rules.brackets for name in pair))
    for name in (*read, rules.indent, rules.dedent):
        if name not in (analysis.terminals if name in read else analysis.table.bits):
            raise GrammarError(
                f"terminal {name} of the indentation is not in the grammar",
                path=language.grammar_path,
                remedy="correct [indentation]",
            )
    for name in (rules.indent, rules.dedent):
        if name in analysis.terminals:
            raise GrammarError(
                f"terminal {name} has a text of its own",
                path=language.grammar_path,
                remedy="name it in %declare instead: it comes of how a line is indented",
            )
