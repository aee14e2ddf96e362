"""End to end: folding ranges and selection ranges."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types

from lsp_server.server.documents.session import LONG
from tests.server.conftest import Editor, StartEditor, encodings

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = '# one\n# two\na = {\n  b = [\n    "𝒳",\n  ]\n}\n'


async def folded(editor: Editor, uri: str) -> list[tuple[Any, ...]]:
    params = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
    return [
        (fold.start_line, fold.start_character, fold.end_line, fold.end_character, fold.kind)
        for fold in await editor.client.text_document_folding_range_async(params) or ()
    ]


async def selected(
    editor: Editor, uri: str, *positions: tuple[int, int]
) -> list[list[tuple[tuple[int, int], tuple[int, int]]]]:
    """For each position the ranges about it, the innermost first."""
    params = types.SelectionRangeParams(
        types.TextDocumentIdentifier(uri), [types.Position(*position) for position in positions]
    )
    found = []
    for step in await editor.client.text_document_selection_range_async(params) or ():
        ranges: list[tuple[tuple[int, int], tuple[int, int]]] = []
        outer: types.SelectionRange | None = step
        while outer is not None:
            start, end = outer.range.start, outer.range.end
            ranges.append(((start.line, start.character), (end.line, end.character)))
            outer = outer.parent
        found.append(ranges)
    return found


def folding(**options: object) -> types.ClientCapabilities:
    capabilities = types.FoldingRangeClientCapabilities(**options)  # type: ignore[arg-type]
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(folding_range=capabilities)
    )


async def test_folds_hide_text_from_the_end_of_a_line_up_to_the_bracket(editor: Editor) -> None:
    comment = types.FoldingRangeKind.Comment
    expected = [(0, 5, 1, 5, comment), (2, 5, 6, 0, None), (3, 7, 5, 2, None)]
    assert await folded(editor, editor.open(TEXT)) == expected


async def test_client_that_folds_lines_gets_lines_and_not_more_than_it_can_show(start: StartEditor) -> None:
    editor = await start(capabilities=folding(line_folding_only=True, range_limit=2))
    comment = types.FoldingRangeKind.Comment
    expected = [(0, None, 1, None, comment), (2, None, 5, None, None)]
    assert await folded(editor, editor.open(TEXT)) == expected


@pytest.mark.parametrize(("encoding", "length"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
async def test_selections_at_several_positions_are_told_in_their_order(
    start: StartEditor, encoding: str, length: int
) -> None:
    editor = await start(capabilities=encodings(encoding))
    last, first = await selected(editor, editor.open(TEXT), (4, 5 + length), (0, 3))
    assert last[:2] == [((4, 5), (4, 5 + length)), ((4, 4), (4, 6 + length))]
    assert first[:2] == [((0, 2), (0, 5)), ((0, 0), (0, 5))]
    assert last[-1] == first[-1] == ((0, 0), (7, 0))


async def test_a_long_text_is_folded_as_a_short_one_is(editor: Editor) -> None:
    repeated = LONG // len(TEXT) + 1
    folds, lines = await folded(editor, editor.open(TEXT)), TEXT.count("\n")
    found = await folded(editor, editor.open(TEXT * repeated))
    last = lines * (repeated - 1)
    assert found[: len(folds)] == folds
    assert found[-len(folds) :] == [(a + last, b, c + last, d, kind) for a, b, c, d, kind in folds]


async def test_what_was_asked_of_a_long_text_that_has_changed_since_is_answered_all_the_same(
    editor: Editor,
) -> None:
    uri = editor.open(TEXT * (LONG // len(TEXT) + 1))
    first = asyncio.ensure_future(folded(editor, uri))
    editor.change(uri, TEXT)
    second = await folded(editor, uri)
    assert second == await folded(editor, editor.open(TEXT))
    assert isinstance(await first, list)


async def test_a_text_of_no_known_language_has_neither(editor: Editor) -> None:
    uri = editor.open(TEXT, "a.unknown", "unknown")
    assert await folded(editor, uri) == []
    assert await selected(editor, uri, (0, 0)) == []


async def test_the_selections_of_a_text_that_is_nested_deeply_are_so_many_and_end_with_all(
    start: StartEditor,
) -> None:
    editor = await start()
    text = f"a = {'[' * 900}1{']' * 900}\n"
    (found,) = await selected(editor, editor.open(text), (0, 904))
    assert len(found) == 100
    assert found[0] == ((0, 904), (0, 905))
    assert found[-1] == ((0, 0), (1, 0))
    assert not editor.logged_errors()
