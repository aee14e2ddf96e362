"""Trees made by tree-sitter; the only place that knows it, and that bytes are not offsets."""

from lsp_server.syntax.sitter.loading import load_parser

__all__ = ["load_parser"]
