"""Whether a bundle can be used: its manifest, its grammar, its parser and its queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from lsp_server.constraint import load_grammar
from lsp_server.errors import BundleError
from lsp_server.inspection import Finding, FindingKind, Severity, is_refused
from lsp_server.inspection.in_offers import of_offers
from lsp_server.inspection.looking import inspect
from lsp_server.languages import Language, load_bundle
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.syntax.queries import load_query


def verify(language: Language) -> SyntaxTree:
    """Make ready all that the features need of a bundle, and its tree of an empty text.

    Raises:
        BundleError: a part of it cannot be used.

    """
    for dialect in language.dialects:
        load_grammar(dialect)
        parse(dialect, "")
        for name in dialect.queries:
            load_query(dialect, name)
    return parse(language, "")


def bundle_findings(directory: Path, parsers: Collection[str] = ()) -> tuple[Finding, ...]:
    """What there is to say of a bundle, errors first, each with file and line as far as these are known.

    Where the manifest or the grammar is wrong, nothing that follows from it is looked at.

    Args:
        directory: of the bundle.
        parsers: modules of parsers that the user allows to load; without its parser it has no queries.

    """
    try:
        language = load_bundle(directory, parsers)
    except BundleError as error:
        return (_of_error(error, directory),)
    found = inspect(language)
    if is_refused(found):
        return found
    beyond = (error for dialect in language.dialects for error in _beyond_grammar(dialect))
    wrong = tuple(_of_error(error, directory) for error in beyond)
    offers = () if wrong else of_offers(load_grammar(language))
    return (*wrong, *offers, *found)


def _of_error(error: BundleError, directory: Path) -> Finding:
    path = str(error.path or directory)
    return Finding(
        FindingKind.REFUSED, Severity.ERROR, error.message, error.remedy or "", line=error.line, path=path
    )


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
