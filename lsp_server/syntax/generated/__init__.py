"""Parsers that tree-sitter generates from Lark grammars: written out, made when asked for, found again.

Nothing is made when a file is opened. What was made before is found in the user's cache.
"""

from lsp_server.syntax.generated.kept import parsers_directory
from lsp_server.syntax.generated.making import Built, build_parser, find_generated, lacks_parser

__all__ = ["Built", "build_parser", "find_generated", "lacks_parser", "parsers_directory"]
