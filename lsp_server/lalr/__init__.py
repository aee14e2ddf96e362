"""A Lark grammar as table, scanners and automaton, and text read with them; the only room that knows Lark."""

from lsp_server.lalr.accepting import accepts
from lsp_server.lalr.grammar import CODE, Grammar
from lsp_server.lalr.lexing import (
    NOTHING,
    Lexeme,
    ParseFailure,
    check,
    drive,
    next_fits,
    next_lexeme,
    rejected_at,
)
from lsp_server.lalr.loading import load_grammar
from lsp_server.lalr.nesting import open_lexemes, opener_of_text
from lsp_server.lalr.onward import goes_on, only_next
from lsp_server.lalr.reading import Reading, read
from lsp_server.lalr.table import END, Rule, Shape, Stack, Table

__all__ = [
    "CODE",
    "END",
    "NOTHING",
    "Grammar",
    "Lexeme",
    "ParseFailure",
    "Reading",
    "Rule",
    "Shape",
    "Stack",
    "Table",
    "accepts",
    "check",
    "drive",
    "goes_on",
    "load_grammar",
    "next_fits",
    "next_lexeme",
    "only_next",
    "open_lexemes",
    "opener_of_text",
    "read",
    "rejected_at",
]
