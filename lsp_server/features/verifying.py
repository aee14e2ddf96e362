"""Whether a bundle can be used: its manifest, its grammar, its parser and its queries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsp_server.constraint import load_grammar
from lsp_server.errors import BundleError, GrammarError
from lsp_server.lalr.problems import grammar_problems
from lsp_server.languages import Language, load_bundle
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.syntax.queries import load_query
from lsp_server.text import LineIndex


def verify(language: Language) -> SyntaxTree:
    """Make ready all that the features need of a bundle, and its tree of an empty text.

    Raises:
        BundleError: a part of it cannot be used.

    """
    load_grammar(language)
    tree = parse(language, "")
    for name in language.queries:
        load_query(language, name)
    return tree


def bundle_problems(directory: Path) -> tuple[BundleError, ...]:
    """All that is wrong with a bundle, each with file and line as far as these are known.

    Where the manifest or the grammar is wrong, nothing that follows from it is looked at.
    """
    try:
        language = load_bundle(directory)
    except BundleError as error:
        return (error,)
    lines = LineIndex(language.grammar)
    found = [
        GrammarError(problem.message, path=language.grammar_path, line=lines.line_of(problem.span.start) + 1)
        for problem in grammar_problems(language)
    ]
    return tuple(found) or tuple(_beyond_grammar(language))


def _beyond_grammar(language: Language) -> Iterator[BundleError]:
    try:
        load_grammar(language)
        parse(language, "")
    except BundleError as error:
        yield error
        return
    for name in language.queries:
        try:
            load_query(language, name)
        except BundleError as error:
            yield error
