"""What watches the names in what is typed at a cursor, for suggestions and for lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lsp_server.constraint import CursorState, Grammar, Stack, Window, closing_signs
from lsp_server.names.existing import Existing
from lsp_server.names.guard import Guard
from lsp_server.names.members import Members
from lsp_server.names.places import places_of
from lsp_server.repair import Boundaries
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span


def guard_over(
    existing: Existing,
    grammar: Grammar,
    text: str,
    state: CursorState,
    edited: Callable[[Edit, str], SyntaxTree],
    windows: Callable[[], Sequence[Window]] = tuple,
) -> Guard:
    """A guard over what is typed at a cursor.

    Args:
        existing: the names that exist.
        grammar: of the language.
        text: the document.
        state: the cursor's.
        edited: makes the tree of the document after one edit, the result of which is given.
        windows: finds the readings of what follows the cursor, where they count.

    """

    def closing(stack: Stack) -> Iterator[str]:
        return closing_signs(grammar, stack, windows(), in_line=False)

    def elements() -> Iterator[Span]:
        return Boundaries(grammar, text, state.cursor).around(state.cursor)

    members = Members(existing, text, state.cursor, edited, elements)
    return Guard(grammar, text, state, places_of(grammar.language), existing, members, closing)
