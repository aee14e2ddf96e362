"""What is wrong below, in another element, changes nothing for what is typed above it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.constraint import CursorState, Oracle, check, load_grammar
from lsp_server.features.soundness import Ahead
from lsp_server.languages import Language, load_registry
from lsp_server.server.documents.session import Document, Session
from lsp_server.text import Edit, Snapshot, Span

WRONG = {
    "graphql": ("type", "= = (", "type Foo {", "query a b {\n}"),
    "hcl": ("xx =", "= = (", "foo {", "a = [1 2]"),
    "postgres": ("select", "= = (", "select (", "create table;"),
}
"""By language, what is wrong by itself."""

JUNK = ("(", ")", "{", "}", "[", "]", "=", ",", '"', "'", "/*", "<<E", " x", "\n", " 1")


def _typed(language: Language, text: str, start: int, end: int) -> tuple[Document, str]:
    """A document in which a stretch of a line was taken out after it was read, and that stretch."""
    document = Session(load_registry()).open(Snapshot("file:///a", language.id, 1, text), Path("a"))
    document.tree()
    document = document.edited([Edit(Span(start, end), "")], 2)
    document.tree()
    return document, text[start:end]


def _judge(document: Document, offset: int) -> tuple[Oracle, Ahead]:
    prefix, landmarks, language = document.prefix(), document.landmarks(), document.language
    assert prefix is not None
    assert landmarks is not None
    assert language is not None
    grammar, text = load_grammar(language), document.snapshot.text
    state = prefix.at(offset, [], offset)
    assert isinstance(state, CursorState)
    ahead = Ahead(grammar, landmarks, offset, state)
    before = ahead.stacks_before
    return Oracle(grammar, text, state, (), ahead, ahead.damaged_to, before=lambda: before), ahead


@pytest.mark.parametrize(
    ("name", "wrong"), [(name, wrong) for name, found in WRONG.items() for wrong in found]
)
def test_what_fits_above_a_mistake_is_what_fits_without_it(name: str, wrong: str) -> None:
    language = load_registry().by_id(name)
    grammar = load_grammar(language)
    known = tried = 0
    for text in language.examples.values():
        broken = f"{text}\n{wrong}\n"
        if check(grammar, text) is not None or check(grammar, broken) is None:
            continue
        starts = [number for number, letter in enumerate(text) if letter == "\n"]
        for start in starts[: len(starts) // 2 : 7]:
            line_end = text.find("\n", start + 1)
            middle = (start + line_end) // 2
            if not text[middle:line_end].strip():
                continue
            whole, rest = _typed(language, text, middle, line_end)
            document, _ = _typed(language, broken, middle, line_end)
            sound, _ = _judge(whole, middle)
            oracle, ahead = _judge(document, middle)
            tried += 1
            if ahead.damaged_to:
                continue
            known += 1
            assert oracle.fit(rest).good, (text[start:middle], rest)
            for typed in (*JUNK, *(rest + junk for junk in JUNK), *(rest[:n] for n in range(len(rest)))):
                if oracle.fit(typed).good:
                    assert sound.fit(typed).good, (text[start:middle], typed)
    assert tried
    assert known > tried * 0.8


def test_how_a_line_was_read_before_does_not_count_where_it_leaves_a_bracket_open() -> None:
    language = load_registry().by_id("hcl")
    text = "a = f(\nb = 2\nc = = 3\n"
    document, _ = _typed(language, text, text.index("f(") + 2, text.index("f(") + 2)
    _, ahead = _judge(document, text.index("f(") + 2)
    assert not ahead.stacks_before


def test_a_half_typed_line_that_a_lenient_tree_takes_is_not_how_all_was_well() -> None:
    language = load_registry().by_id("postgres")
    rest = ",\n".join(f"    column_{number} text not null" for number in range(400))
    text = f"CREATE TABLE foo (\n    name text\n    not null,\n{rest}\n);\n"
    assert check(load_grammar(language), text) is None
    start = text.index("name text")
    document = Session(load_registry()).open(Snapshot("file:///a", language.id, 1, text), Path("a"))
    document.tree()
    for number, edit in enumerate(
        (Edit(Span(start + 4, start + 9), ""), Edit(Span(start + 4, start + 4), "s"))
    ):
        document = document.edited([edit], 2 + number)
        tree = document.tree()
        assert tree is not None
        assert tree.sound
    assert check(load_grammar(language), document.snapshot.text) is not None
    oracle, _ = _judge(document, start + len("names"))
    assert not oracle.fit("x").good
    assert oracle.fit(" text").good
