"""Trees made with a bundle's own Lark grammar, where it has no other parser. Places are offsets."""

from lsp_server.syntax.lr.parsing import load_parser

__all__ = ["load_parser"]
