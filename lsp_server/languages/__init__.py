"""Reads bundles (`grammars/<id>/`) into frozen `Language` values; the only room that knows their files."""

from lsp_server.languages.language import (
    QUOTES,
    Comment,
    Indentation,
    JudgeBinding,
    Language,
    Naming,
    Paired,
    ParserBinding,
)
from lsp_server.languages.manifest import load_bundle
from lsp_server.languages.registry import Registry, bundled_directory, load_registry, user_directory

__all__ = [
    "QUOTES",
    "Comment",
    "Indentation",
    "JudgeBinding",
    "Language",
    "Naming",
    "Paired",
    "ParserBinding",
    "Registry",
    "bundled_directory",
    "load_bundle",
    "load_registry",
    "user_directory",
]
