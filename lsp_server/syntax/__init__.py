"""Text to syntax tree, incrementally; the only room that knows tree-sitter.

Parsing never raises on a text, whatever is in it. The room knows no language: the bundle names the parser, or
its grammar is one (`lr`), and what else is needed is read from the parser's own tables.
"""

from lsp_server.syntax.balance import Balance, Unclosed, balance, still_open
from lsp_server.syntax.brackets import Bracket
from lsp_server.syntax.landmarks import Landmarks
from lsp_server.syntax.parts import Part, PartKey, Parts
from lsp_server.syntax.problems import Damage, Problem
from lsp_server.syntax.queries import Capture, Match
from lsp_server.syntax.tree import BLANKS, SyntaxTree, maker, next_tree, parse

__all__ = [
    "BLANKS",
    "Balance",
    "Bracket",
    "Capture",
    "Damage",
    "Landmarks",
    "Match",
    "Part",
    "PartKey",
    "Parts",
    "Problem",
    "SyntaxTree",
    "Unclosed",
    "balance",
    "maker",
    "next_tree",
    "parse",
    "still_open",
]
