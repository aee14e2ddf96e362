"""The parser of a language: the one that its bundle names, or one that reads the grammar itself."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.languages import Language
from lsp_server.lazy_imports import TURN
from lsp_server.syntax.parser import Parser
from lsp_server.syntax.sitter import load_parser as load_module


@lru_cache(maxsize=64)
def load_binding(language: Language) -> Parser:
    """The parser of a language; the result is kept.

    Raises:
        BundleError: the parser that the bundle names cannot be loaded, or its grammar cannot be used.

    """
    if language.parser.module is not None:
        return load_module(language, language.parser.module)
    # Imported here because it brings the room of grammars, which no other language has need of.
    with TURN:
        from lsp_server.syntax.lr import load_parser as read_grammar

    return read_grammar(language)
