"""Cursor state, hole grammar, oracle: text and terminals, no model tokens.

*Cursor state* (`prefix`): the stack before every lexeme that touches the cursor. Between two elements of
the repetition at the root the stack, once reduced, is always the same (`listed`), so reading begins at an
element near the cursor, and in a very long one at a line like an earlier one (`inside`). Where lines tell
the blocks (`lalr/indenting`), the stack knows the columns of those that are open. What was read is kept
from version to version as far as no edit decided it.

*Oracle* (`oracle`): the grammar itself, run on text. It says whether a text can be gone on with, and
whether the rest fits: it reads on to a place where an element began when the text was last sound, and no
farther (`rest`). `continuing` asks the same for an entry of a list, `opened` for the end of a file, `signs`
and `closing` for the shortest way to an end.

*Hole grammar* (`making`): the left quotient by the stack (`hole`), the right quotient by up to eight
lexemes after the cursor, fewer where nothing fits before so many (`right`, `window`), lexemes kept apart
that would be read as one (`adjacency`), ends of lines within brackets (`bracketed`) and blocks (`indents`),
written as Lark text (`emit`). The stack is that at a line somewhat farther back; what was typed since is
fed to the mask, so that to type on makes no new grammar.
"""

from lsp_server.constraint.beginning import is_in_text
from lsp_server.constraint.continuing import Continuations
from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.emit import emit
from lsp_server.constraint.enclosing import Enclosure, enclosures
from lsp_server.constraint.hole import Cfg, left_quotient
from lsp_server.constraint.making import RELAXATIONS, HoleGrammar, hole_grammar
from lsp_server.constraint.oracle import Fit, Oracle, glued
from lsp_server.constraint.prefix import Prefix
from lsp_server.constraint.right import right_quotient
from lsp_server.constraint.signs import closing_signs
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
    "closing_signs",
    "emit",
    "enclosures",
    "glued",
    "hole_grammar",
    "is_in_text",
    "left_quotient",
    "load_grammar",
    "next_fits",
    "right_quotient",
    "windows",
]
