"""End to end: documents of sizes that nobody writes by hand are answered, and the server goes on."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from tests.counts import tries
from tests.server.conftest import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

PART = tries(10, 1)
"""Of each size so large a part is tried in a usual run."""

SIZES = {
    "one line of 5 MB": ("hcl", f"a = [{'1, ' * (1_600_000 // PART)}2]\n", None),
    "a million lines": ("graphql", "scalar A # a line\n\n" * (500_000 // PART), None),
    "a string of 3 MB": ("hcl", f'a = "{"long " * (600_000 // PART)}"\n', None),
    "5,000 errors": ("postgres", "SELECT a FROM;\n" * (5_000 // PART), 100),
    "100,000 open brackets": ("sparql", f"SELECT * WHERE {'{' * (100_000 // PART)}", 1),
}


@pytest.mark.parametrize("size", SIZES)
async def test_a_document_of_any_size_is_answered_and_delays_no_other(editor: Editor, size: str) -> None:
    language, text, errors = SIZES[size]
    uri = editor.open(text, language_id=language)
    document = types.TextDocumentIdentifier(uri)
    asked = types.SemanticTokensParams(document)
    tokens = asyncio.ensure_future(editor.client.text_document_semantic_tokens_full_async(asked))
    await _serves(editor)
    assert await tokens is not None
    await editor.until(lambda: uri in editor.client.diagnostics)
    if errors is not None:
        await editor.until(lambda: 1 <= len(editor.errors(uri) or ()) <= errors)
    folds = types.FoldingRangeParams(document)
    await editor.client.text_document_folding_range_async(folds)
    editor.close(uri)
    await _serves(editor)


async def _serves(editor: Editor) -> None:
    other = editor.open("b = {\n")
    await editor.broken(other)
    editor.close(other)
