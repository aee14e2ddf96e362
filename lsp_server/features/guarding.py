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

_LONGEST = 3_000
"""Of an element that is looked at by itself, so many characters at most on each side of the cursor count."""


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

    def element() -> Span | None:
        return Boundaries(grammar, text, state.cursor).around(state.cursor, _LONGEST)

    members = Members(existing, text, state.cursor, edited, element)
    return Guard(grammar, text, state, places_of(grammar.language), existing, members, closing)
