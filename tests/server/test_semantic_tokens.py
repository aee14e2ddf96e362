"""End to end: semantic tokens, all, of some lines, and what has changed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, StartEditor, encodings

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = '/* one\n   two */\n\na = "𝒳" # é\n\nb = 2\n'


async def full(editor: Editor, uri: str) -> types.SemanticTokens:
    answer = await editor.client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
    )
    assert answer is not None
    return answer


async def delta(
    editor: Editor, uri: str, known: str | None
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    return await editor.client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(types.TextDocumentIdentifier(uri), str(known))
    )


def shown(editor: Editor, data: Sequence[int]) -> list[tuple[int, int, int, str]]:
    """Line, column, length and type of each token."""
    provider = editor.capabilities.semantic_tokens_provider
    assert provider is not None
    found, line, column = [], 0, 0
    for start in range(0, len(data), 5):
        lines, columns, length, kind, _ = data[start : start + 5]
        line, column = line + lines, columns if lines else column + columns
        found.append((line, column, length, str(provider.legend.token_types[kind])))
    return found


@pytest.mark.parametrize(
    ("encoding", "length", "accent"), [("utf-8", 6, 4), ("utf-16", 4, 3), ("utf-32", 3, 3)]
)
async def test_lengths_are_in_the_units_of_the_client(
    start: StartEditor, encoding: str, length: int, accent: int
) -> None:
    editor = await start(capabilities=encodings(encoding))
    assert shown(editor, (await full(editor, editor.open(TEXT))).data) == [
        (0, 0, 6, "comment"),
        (1, 0, 9, "comment"),
        (3, 0, 1, "property"),
        (3, 2, 1, "operator"),
        (3, 4, length, "string"),
        (3, 5 + length, accent, "comment"),
        (5, 0, 1, "property"),
        (5, 2, 1, "operator"),
        (5, 4, 1, "number"),
    ]


async def test_client_that_takes_tokens_over_lines_gets_them_whole(start: StartEditor) -> None:
    tokens = types.SemanticTokensClientCapabilities(
        types.ClientSemanticTokensRequestOptions(), [], [], [], multiline_token_support=True
    )
    text_document = types.TextDocumentClientCapabilities(semantic_tokens=tokens)
    editor = await start(capabilities=types.ClientCapabilities(text_document=text_document))
    assert shown(editor, (await full(editor, editor.open(TEXT))).data)[0] == (0, 0, 16, "comment")


async def test_delta_leads_from_what_was_told_to_what_is(editor: Editor) -> None:
    uri = editor.open(TEXT)
    before = await full(editor, uri)
    editor.change(uri, ((3, 4), (3, 8), "[1]"), ((0, 0), (0, 0), "# x\n\n"))
    answer = await delta(editor, uri, before.result_id)
    assert isinstance(answer, types.SemanticTokensDelta)
    data = list(before.data)
    for edit in answer.edits:
        assert edit.start % 5 == 0
        data[edit.start : edit.start + edit.delete_count] = edit.data or ()
    assert data == list((await full(editor, uri)).data)


async def test_delta_is_small_and_empty_where_nothing_changed(editor: Editor) -> None:
    uri = editor.open("".join(f"a{number} = {number}\n\n" for number in range(200)))
    before = await full(editor, uri)
    editor.change(uri, ((100, 6), (100, 6), "0"))
    answer = await delta(editor, uri, before.result_id)
    assert isinstance(answer, types.SemanticTokensDelta)
    assert sum(len(edit.data or ()) for edit in answer.edits) <= 10
    again = await delta(editor, uri, answer.result_id)
    assert isinstance(again, types.SemanticTokensDelta)
    assert list(again.edits) == []


async def test_delta_to_something_else_than_the_last_answer_is_all_tokens(editor: Editor) -> None:
    uri = editor.open(TEXT)
    first = await full(editor, uri)
    editor.change(uri, ((5, 4), (5, 5), "3"))
    await full(editor, uri)
    answer = await delta(editor, uri, first.result_id)
    assert isinstance(answer, types.SemanticTokens)
    editor.close(uri)
    assert await delta(editor, uri, answer.result_id) is None


async def test_some_lines_have_the_tokens_that_all_have_there(editor: Editor) -> None:
    text = "".join(f"a{number} = {number}\n\n" for number in range(50))
    uri = editor.open(text)
    whole = shown(editor, (await full(editor, uri)).data)
    span = types.Range(types.Position(20, 0), types.Position(31, 0))
    answer = await editor.client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(types.TextDocumentIdentifier(uri), span)
    )
    assert answer is not None
    assert shown(editor, answer.data) == [token for token in whole if 20 <= token[0] <= 31]
