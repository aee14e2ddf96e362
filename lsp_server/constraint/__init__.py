"""Cursor state, hole grammar, oracle: text and terminals, no model tokens."""

from lsp_server.constraint.continuing import Continuations
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.emit import emit
from lsp_server.constraint.enclosing import Enclosure, enclosures
from lsp_server.constraint.hole import Cfg, left_quotient
from lsp_server.constraint.making import RELAXATIONS, HoleGrammar, hole_grammar
from lsp_server.constraint.oracle import Fit, Oracle
from lsp_server.constraint.prefix import Prefix
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.window import Window, windows
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import ParseFailure, check, next_fits
from lsp_server.lalr.loading import load_grammar
from lsp_server.lalr.table import Stack

__all__ = [
    "RELAXATIONS",
    "Cfg",
    "Continuations",
    "CursorState",
    "Enclosure",
    "Fit",
    "Grammar",
    "HoleGrammar",
    "Oracle",
    "ParseFailure",
    "Prefix",
    "Stack",
    "Window",
    "check",
    "emit",
    "enclosures",
    "hole_grammar",
    "left_quotient",
    "load_grammar",
    "next_fits",
    "right_quotient",
    "windows",
]
