"""The parser of a language: the one that its bundle names, or one that reads the grammar itself."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.languages import Language
from lsp_server.lazy_imports import TURN
from lsp_server.syntax.parser import Parser


@lru_cache(maxsize=64)
def load_binding(language: Language) -> Parser:
    """The parser of a language; the result is kept.

    Raises:
        BundleError: the parser that the bundle names cannot be loaded, or its grammar cannot be used.

    """
    # Imported here because each is of no use to languages of the other kind, and where there is no native
    # code, as in a browser, the first cannot be.
    if language.parser.module is not None:
        with TURN:
            from lsp_server.syntax.sitter import load_parser as load_module

        return load_module(language, language.parser.module)
    with TURN:
        from lsp_server.syntax.lr import load_parser as read_grammar

    return read_grammar(language)
