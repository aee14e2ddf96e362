"""Parsers that tree-sitter generates from Lark grammars: written out, made when asked for, found again.

Nothing is made when a file is opened. What was made before is found in the user's cache. `making` brings the
grammar's rooms: it is imported where it is needed.
"""

from lsp_server.syntax.generated.kept import lacks_parser, parsers_directory

__all__ = ["lacks_parser", "parsers_directory"]
