"""Reads bundles (`grammars/<id>/`) into frozen `Language` values; the only room that knows their files."""

from lsp_server.languages.directories import bundled_directory, is_bundled, user_directory
from lsp_server.languages.language import (
    QUOTES,
    START,
    Comment,
    Indentation,
    JudgeBinding,
    Language,
    LarkOptions,
    Naming,
    Paired,
    ParserBinding,
    bare_language,
    same_language,
)
from lsp_server.languages.manifest import GRAMMAR, MANIFEST, load_bundle, may_trigger
from lsp_server.languages.offers import BUILTINS, SNIPPETS, Builtin, Snippet, Stands
from lsp_server.languages.registry import (
    Bundles,
    Registry,
    load_bundles,
    load_registry,
    reread,
    stamp_of,
)

__all__ = [
    "BUILTINS",
    "GRAMMAR",
    "MANIFEST",
    "QUOTES",
    "SNIPPETS",
    "START",
    "Builtin",
    "Bundles",
    "Comment",
    "Indentation",
    "JudgeBinding",
    "Language",
    "LarkOptions",
    "Naming",
    "Paired",
    "ParserBinding",
    "Registry",
    "Snippet",
    "Stands",
    "bare_language",
    "bundled_directory",
    "is_bundled",
    "load_bundle",
    "load_bundles",
    "load_registry",
    "may_trigger",
    "reread",
    "same_language",
    "stamp_of",
    "user_directory",
]
