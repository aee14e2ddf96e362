"""Thousands of random edits: what is kept from version to version is what a fresh start would find."""

from __future__ import annotations

import random
from itertools import count

import pytest

from lsp_server.constraint import CursorState, ParseFailure, Prefix, load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.features.grammar_findings import grammar_findings
from lsp_server.languages import Language, load_registry
from lsp_server.server import convert
from lsp_server.server.documents.session import Document, Session
from lsp_server.syntax import SyntaxTree, parse
from lsp_server.text import Encoding, LineIndex, Snapshot, apply_edits
from tests.counts import tries
from tests.server.conftest import ENCODED, StartEditor, encodings
from tests.server.typist import Typist

LANGUAGES = [
    language.id for language in load_registry().languages if any(language.directory.glob("examples/*"))
]
EDITS = tries(4_000, 10_000) // len(LANGUAGES)
STEP = tries(25, 1)
"""Edits between two looks at the state at a cursor, which takes nearly all the time."""
SIZE = 300


def example(language: Language, size: int) -> str:
    """The first whole elements of an example, at least `size` characters of them."""
    [first, *_] = sorted(path for path in (language.directory / "examples").iterdir())
    text = first.read_text(encoding="utf-8")
    return text[: parse(language, text).next_element(size)]


def opened(language: Language, text: str) -> tuple[Session, Document]:
    session = Session(load_registry())
    return session, session.open(Snapshot("file:///a", language.id, 1, text), convert.path_of("file:///a"))


def shape(tree: SyntaxTree) -> str:
    return str(tree._parsed.root)


def same(one: CursorState | ParseFailure, two: CursorState | ParseFailure) -> bool:
    if isinstance(one, CursorState) and isinstance(two, CursorState):
        alike = (one.cursor, one.offset, one.commented) == (two.cursor, two.offset, two.commented)
        return alike and one.stack.same_as(two.stack)
    return one == two


def check_prefix(document: Document, cursor: int) -> None:
    tree, prefix = document.tree(), document.prefix()
    assert tree is not None
    assert prefix is not None
    anchors = [start for start in (tree.element_start(cursor),) if start]
    fresh = Prefix(prefix.grammar, document.snapshot.text)
    assert same(prefix.at(cursor, anchors), fresh.at(cursor, anchors)), (document.snapshot.text, cursor)


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_incremental_state_is_that_of_a_fresh_start_after_every_edit(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    typist, cursors = Typist(example(language, SIZE), seed=1), random.Random(2)
    session, document = opened(language, typist.text)
    clean = 0
    for version in range(EDITS):
        document = session.change(document, typist.edits(), version)
        assert document.snapshot.text == typist.text
        tree, fresh = document.tree(), parse(language, typist.text)
        assert tree is not None
        assert shape(tree) == shape(fresh)
        assert tree.problems == fresh.problems
        if version % STEP == 0:
            check_prefix(document, cursors.randint(0, len(typist.text)))
        clean += not tree.problems
    assert EDITS // 20 < clean < EDITS // 2, "a text that is always or never broken proves little"


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_long_text_agrees_whenever_it_is_whole(language_id: str) -> None:
    language = load_registry().by_id(language_id)
    typist = Typist(example(language, SIZE) * (tries(20_000, 40_000) // SIZE), seed=17)
    session, document = opened(language, typist.text)
    clean = 0
    for version in count():
        document = session.change(document, typist.edits(), version)
        tree = document.tree()
        assert tree is not None
        if not tree.problems:
            clean += 1
            assert shape(tree) == shape(parse(language, typist.text))
        if version >= tries(49, 99) and (clean > 5 or version > 2_000):
            break
    assert clean > 5


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("language", "encoding"), ENCODED)
async def test_server_says_after_many_edits_what_a_fresh_start_would(
    start: StartEditor, language: Language, encoding: Encoding
) -> None:
    editor = await start(capabilities=encodings(encoding.value))
    # A cursor cannot stand inside a line end of two characters, so that no edit may split or make one.
    typist = Typist(example(language, SIZE), seed=4, carriage_returns=False)
    uri = editor.open(typist.text, f"a{language.extensions[0]}", language.id)
    for number in range(tries(61, 300)):
        text = typist.text
        for edit in typist.edits():
            lines = LineIndex(text)
            ends = [lines.units_at(offset, encoding) for offset in (edit.span.start, edit.span.end)]
            editor.change(uri, (ends[0], ends[1], edit.text))
            text = apply_edits(text, (edit,))
        if number % 15 == 0:
            fresh = Snapshot(uri, language.id, 1, typist.text)
            found = diagnose(parse(language, typist.text), load_grammar(language))
            if language.grammars and not found:
                found = grammar_findings(convert.path_of(uri), typist.text)
            expected = convert.diagnostics_of(fresh, found, encoding, related=False)
            assert await editor.pulled(uri) == expected
