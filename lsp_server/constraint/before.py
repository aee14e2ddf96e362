"""How an earlier version of a text was read after a cursor before which something was typed since.

Whatever is wrong farther on: a parser that comes to a lexeme after the cursor with the stack that it had
there before goes on as it did then, so that what was typed adds no mistake.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import islice

from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.layout import leads_inward
from lsp_server.constraint.tokens import end_of_line
from lsp_server.lalr.grammar import Grammar
from lsp_server.lalr.lexing import drive
from lsp_server.lalr.table import Stack

_MOST = 200
"""So many lexemes are read, from the beginning of the first line that was edited on."""


def stacks_before(
    grammar: Grammar, earlier: str, text: str, state: CursorState, same_to: int, *, sound: bool
) -> Mapping[int, Stack]:
    """The stack before each lexeme after a cursor in an earlier version, by how many characters are left.

    There are none where something was wrong in the lines that were edited, or where these leave a bracket
    open for no line that is indented farther, unless all was well: that is to be typed.

    Args:
        grammar: the language.
        earlier: a text that ends as this one does behind the cursor.
        text: the text.
        state: the cursor's state.
        same_to: up to which offset both begin alike.
        sound: whether the earlier text had no mistake.

    """
    if state.mended or not state.stacks or grammar.blocks is not None:
        return {}
    cursor = state.cursor - len(text) + len(earlier)
    line, line_end = earlier.rfind("\n", 0, min(same_to, cursor)) + 1, end_of_line(earlier, cursor)
    if not sound and _leaves_open(grammar, earlier[line:line_end], earlier[line_end:]):
        return {}
    count = bisect_right(state.read, line, key=lambda lexeme: lexeme.end)
    start = state.read[count - 1].end if count else state.anchor
    if start > line:
        return {}
    read = [*islice(drive(grammar, state.stacks[count], earlier, start), _MOST)]
    if read[-1][0].start < line_end:
        return {}
    return {len(earlier) - lexeme.start: stack for lexeme, stack in read if lexeme.start > cursor}


def _leaves_open(grammar: Grammar, line: str, below: str) -> bool:
    opens = any(line.count(opener) > line.count(closer) for opener, closer in grammar.language.brackets)
    return opens and not leads_inward(line, below)
