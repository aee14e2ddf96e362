"""Where a bundle names no parser, trees are made with its grammar, or with a parser that was made of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.languages import load_bundle
from tests.conftest import MANIFEST, PARSER, MakeBundle
from tests.generated.making import made
from tests.server.conftest import StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOLD = "calc: it has no tree-sitter parser, so long files are slower (holegram grammar build "


async def test_it_is_said_once_that_trees_are_made_with_the_grammar_and_not_of_a_parser_that_was_made(
    start: StartEditor, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    bundle = make_bundle()
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    editor = await start(options={"bundles": [str(bundle)]}, environment=cache)
    await editor.clean(editor.open("a = 1;", "a.calc", "calc"))
    await editor.clean(editor.open("b = 1;", "b.calc", "calc"))
    assert editor.log("calc: it has no") == [f"{TOLD}{bundle})"]
    made(load_bundle(bundle))
    editor = await start(options={"bundles": [str(bundle)]})
    uri = editor.open("a = (1;", "a.calc", "calc")
    await editor.broken(uri)
    assert editor.errors(uri) == ["expected `)` to close the `(` opened on line 1"]
    assert editor.log("calc: it has no") == []


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
