"""Which brackets are open, where the parser knows and counting does not."""

from __future__ import annotations

import pytest

from lsp_server.lalr import load_grammar, open_lexemes, read
from lsp_server.languages import load_registry


def opened(language_id: str, text: str) -> list[str]:
    """The rest of the text from each open bracket on, cut to two characters."""
    language = load_registry().by_id(language_id)
    found = open_lexemes(read(load_grammar(language), text), dict(language.brackets))
    return [text[lexeme.start : lexeme.start + 2] for lexeme in found]


@pytest.mark.parametrize(
    ("language_id", "text", "expected"),
    [
        ("graphql", "", []),
        ("graphql", "{ a(b: {c: [1", ["{ ", "(b", "{c", "[1"]),
        ("graphql", "{ a(b: {c: [1]", ["{ ", "(b", "{c"]),
        ("graphql", "{ a(b: {c: [1]}) { d }", ["{ "]),
        ("graphql", "{ a(b: {c: [1]}) { d } }", []),
        ("graphql", 'type A { a: [B]! "}"', ["{ "]),
        ("graphql", "{ a } } { b", []),
        ("hcl", "a {\n  b = [\n", ["{\n", "[\n"]),
        ("hcl", 'a {\n  b = "${c}', ["{\n"]),
        ("hcl", 'a {\n  b = "${c}"', ["{\n"]),
        ("hcl", 'a {\n  b = "${c[d]} ${e(', ["{\n", "("]),
        ("hcl", "a = f(1) + (2", ["(2"]),
        ("hcl", "a = [1, 2]\nb = 3 ]", []),
    ],
)
def test_open_brackets(language_id: str, text: str, expected: list[str]) -> None:
    assert opened(language_id, text) == expected
