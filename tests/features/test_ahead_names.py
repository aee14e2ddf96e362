"""What a model is told that writes whole texts elsewhere: where names have to be declared, those that are."""

from __future__ import annotations

import pytest

from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.models.remote.address import RemoteAddress
from lsp_server.models.remote.model import RemoteModel
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.decoding.matching import begins, derives
from tests.features.completing import CURSOR
from tests.models.completions_server import Script, serving
from tests.names.suggesting import existing, named

TERRAFORM = 'variable "region" {}\nvariable "count" {}\nlocals {\n  a = var.<|>\n}\n'
SCHEMA = "type Book { title: <|>\n}\ntype Author { books: Book }\n"
QUERY = "PREFIX ex: <http://example.org/>\nSELECT * { ?s <|> ?o }\n"


def grammar_at(language_id: str, marked: str, *, names: bool = True) -> str:
    """The grammar that a server gets for a cursor."""
    before, after = marked.split(CURSOR)
    language, text = named(language_id), before + after
    request = CompletionRequest(
        text,
        len(before),
        language,
        Landmarks(parse(language, text)),
        names=existing(language, text, cursor=len(before)) if names else None,
    )
    script = Script("")
    with serving(script) as url:
        model = RemoteModel(RemoteAddress(url, "tiny"), ScriptedModel({}))
        try:
            complete(request, model, lambda: False)
        finally:
            model.close()
    return str(script.bodies[0]["structured_outputs"]["grammar"])


@pytest.mark.parametrize(
    ("language", "marked", "declared", "unknown"),
    [
        (
            "hcl",
            TERRAFORM,
            ("region", "count + 1", "region == var.anything"),
            ("machines", "regions", "reg "),
        ),
        ("graphql", SCHEMA, ("Author", "Int!", "[Anything]"), ("Anything", "Authors", "Autho ")),
        ("sparql", QUERY, ("ex:name", "?p", "<http://example.org/a>"), ("foaf:name",)),
    ],
)
def test_a_server_writes_names_that_exist(
    language: str, marked: str, declared: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    free, held = grammar_at(language, marked, names=False), grammar_at(language, marked)
    for text in declared:
        assert derives(free, text), text
        assert derives(held, text), text
    for text in unknown:
        assert begins(free, text), text
        assert not begins(held, text), text


def test_within_a_word_nothing_is_told() -> None:
    with pytest.raises(KeyError):
        grammar_at("hcl", TERRAFORM.replace(CURSOR, f"re{CURSOR}"))


def test_behind_a_sign_what_follows_is_told() -> None:
    assert not begins(grammar_at("hcl", TERRAFORM, names=False), "}")
