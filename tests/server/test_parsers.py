"""Where a bundle names no parser, or one that cannot be used, trees are made with its grammar."""

from __future__ import annotations

import pytest

from tests.conftest import MANIFEST, PARSER, MakeBundle
from tests.server.conftest import StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

MISSING = PARSER.replace("tree_sitter_hcl", "tree_sitter_nowhere")
TOLD = (
    "calc: the parser tree_sitter_nowhere is not installed, so trees are made with the grammar, which is "
    "slower in long files (pip install tree-sitter-nowhere)"
)


async def test_a_parser_that_is_not_installed_is_told_once_in_the_log_and_the_grammar_makes_the_trees(
    start: StartEditor, make_bundle: MakeBundle
) -> None:
    bundle = make_bundle(MANIFEST + MISSING)
    editor = await start(options={"bundles": [str(bundle)], "parsers": ["tree_sitter_nowhere"]})
    await editor.clean(editor.open("a = 1;", "a.calc", "calc"))
    uri = editor.open("a = (1;", "b.calc", "calc")
    await editor.broken(uri)
    assert editor.errors(uri) == ["expected `)` to close the `(` opened on line 1"]
    assert editor.log("calc: the parser") == [TOLD]
    assert editor.shown("tree_sitter_nowhere") == []


async def test_a_parser_that_the_user_does_not_allow_is_told_once_and_the_grammar_makes_the_trees(
    start: StartEditor, make_bundle: MakeBundle
) -> None:
    bundle = make_bundle(MANIFEST + PARSER)
    editor = await start(options={"bundles": [str(bundle)]})
    await editor.until(lambda: editor.shown(str(bundle)))
    [message] = editor.shown(str(bundle))
    assert "the parser tree_sitter_hcl is native code, and not loaded" in message.message
    assert "add tree_sitter_hcl to the setting parsers" in message.message
    uri = editor.open("a = (1;", "a.calc", "calc")
    await editor.broken(uri)
    assert editor.errors(uri) == ["expected `)` to close the `(` opened on line 1"]
