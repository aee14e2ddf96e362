"""What a passage is: an element with the comment above it, a heading with its code."""

from __future__ import annotations

import pytest

from lsp_server.languages import load_registry
from lsp_server.retrieval import Passage, PassageOrigin, passages_of, words_of
from tests.conftest import MakeBundle

REGISTRY = load_registry()


def cut(language: str, text: str, name: str = "a") -> list[Passage]:
    return list(passages_of(REGISTRY.by_id(language), PassageOrigin.WORKSPACE, name, text))


def test_an_element_has_the_comment_just_above_it() -> None:
    text = '# All of it.\n\n# Where logs\n# are kept.\nvariable "logs" {\n}\n\nlocals {\n  a = 1\n}\n'
    assert [(one.line, one.said, one.code) for one in cut("hcl", text)] == [
        (5, "Where logs\nare kept.", 'variable "logs" {\n}'),
        (8, "", "locals {\n  a = 1\n}"),
    ]


def test_a_description_is_said_of_what_it_begins() -> None:
    (one,) = cut("graphql", '"""A person who writes."""\ntype Author {\n  name: String\n}\n')
    assert one.said == "A person who writes."
    assert one.code.startswith('"""A person')


def test_a_broken_file_is_cut_all_the_same() -> None:
    passages = cut("postgres", "-- ok\nSELECT 1;\nSELECT FROM WHERE (;\n-- last\nSELECT 2;\n")
    assert passages[0].said == "ok"
    assert any("SELECT 2" in one.code for one in passages)


def test_a_long_element_is_cut_at_lines() -> None:
    passages = cut("hcl", "locals {\n" + "".join(f"  name_{n} = {n}\n" for n in range(400)) + "}\n")
    assert len(passages) > 1
    assert all(len(one.code) <= 3_000 and one.code.endswith(("\n", "}")) for one in passages)


def test_markdown_is_cut_at_headings_and_code() -> None:
    text = (
        "# Buckets\n\nKeeps files.\n\n```hcl\na = 1\n# no heading\n```\n\nVersioned:\n\n~~~\nb = 2\n~~~\n"
        "## Empty\n# Words\nonly\n"
    )
    assert [(one.said, one.code) for one in cut("hcl", text, "docs/a.md")] == [
        ("Buckets\n\nKeeps files.", "a = 1\n# no heading"),
        ("Buckets\n\nVersioned:", "b = 2"),
        ("Words\nonly", ""),
    ]


@pytest.mark.parametrize("name", ["maxBodySize", "max_body_size", "MAX-BODY-SIZE", "Max body sizes"])
def test_words_are_the_same_however_they_are_joined(name: str) -> None:
    assert list(words_of(name)) == ["max", "body", "size"]


def test_short_names_with_numbers_stay_whole() -> None:
    assert list(words_of("aws_s3_bucket HTTPServer2 x")) == [
        "aws",
        "s3",
        "bucket",
        "http",
        "server",
        "2",
        "x",
    ]


def test_a_language_of_the_users_own_is_cut_by_its_grammar(make_bundle: MakeBundle) -> None:
    from lsp_server.languages import load_bundle

    language = load_bundle(make_bundle())
    text = next(iter(language.examples.values()), "")
    assert list(passages_of(language, PassageOrigin.EXAMPLES, "a", text)) or not text.strip()
