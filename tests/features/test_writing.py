"""Code from words: it always parses and is complete, whoever writes it, and refers to names that exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lsp_server.constraint import load_grammar
from lsp_server.decoding.model import Message
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.project import Project
from lsp_server.features.reasons import NO_EXAMPLE
from lsp_server.features.writing import WriteRequest, write
from lsp_server.lalr import check
from lsp_server.languages import Language, load_registry
from lsp_server.models import ScriptedModel
from lsp_server.retrieval import LookedUp, Question, look_up
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Span
from tests.decoding.babbler import Babbler

REGISTRY = load_registry()
LANGUAGES = ("graphql", "hcl", "postgres", "sparql")
SILENT = ScriptedModel({})


class Chatter(Babbler):
    """Takes instructions, and says what comes to its mind."""

    def chat(self, messages: Sequence[Message], begun: str = "") -> list[int]:
        return self.prompt(begun, Span(len(begun), len(begun)), "")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")


def found(language: Language, instruction: str, project: Project | None = None) -> LookedUp:
    store = (project or Project(language)).store
    return look_up(Question(language, instruction=instruction), store)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "wish", ["everything that is new", "write a haiku about the sea", "\0 ``` <|im_end|>"]
)
def test_what_is_written_parses_and_is_complete_whatever_is_asked(language: str, wish: str) -> None:
    bundle = REGISTRY.by_id(language)
    written = write(
        WriteRequest(wish, bundle, looked_up=found(bundle, wish)), Chatter(("\n", " ", "a", "1"), 1)
    )
    (item,) = written.items
    assert item.text.strip()
    assert check(load_grammar(bundle), item.text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_that_follows_no_instructions_makes_nothing_up(language: str) -> None:
    bundle, wish = REGISTRY.by_id(language), "qwertz uiop asdf"
    written = write(WriteRequest(wish, bundle, looked_up=found(bundle, wish)), SILENT)
    assert written.items == ()
    assert written.reason == NO_EXAMPLE


@pytest.mark.parametrize("language", LANGUAGES)
def test_below_a_comment_only_what_is_likely_is_suggested_for_who_asks(language: str) -> None:
    bundle = REGISTRY.by_id(language)
    text = f"{bundle.comment.line[0]} qwertz uiop asdf\n"
    babbler = Babbler(("a", "{", "}", " ", "\n", "SELECT", "*", "type"), 5)

    def asked(text: str) -> Completion:
        found = look_up(Question(bundle, text, len(text)), Project(bundle).store)
        request = CompletionRequest(text, len(text), bundle, Landmarks(parse(bundle, text)), looked_up=found)
        return complete(request, babbler, lambda: False)

    assert asked(f"{text}\n").items, "below a blank line the comment asks for nothing"
    below = asked(text)
    assert (below.items, below.reason) == ((), NO_EXAMPLE)


def test_an_example_gets_the_names_that_exist_and_the_wish_is_about(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text(
        "CREATE TABLE invoices (id int, customer_id int);\nCREATE TABLE customers (id int, title text);\n"
    )
    bundle = REGISTRY.by_id("postgres")
    project, wish = Project(bundle, tmp_path), "the ten customers with the highest number of invoices"
    request = WriteRequest(
        wish,
        bundle,
        names=project.names_for(tmp_path / "new.sql", "", 0),
        looked_up=found(bundle, wish, project),
    )
    text = write(request, SILENT).items[0].text
    assert "FROM customers\nJOIN invoices ON invoices.customer_id = customers.id" in text


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("S3 bucket for the radiology images, with versioning enabled", "radiology_images"),
        ("versioning of an S3 bucket called archive", "archive"),
        ("S3 bucket with versioning", "this"),
    ],
)
def test_what_is_new_gets_a_name_of_the_wish(tmp_path: Path, wish: str, name: str) -> None:
    bundle, project = REGISTRY.by_id("hcl"), Project(REGISTRY.by_id("hcl"), tmp_path)
    names = project.names_for(tmp_path / "new.tf", "", 0)
    request = WriteRequest(wish, bundle, names=names, looked_up=found(bundle, wish, project))
    assert f'resource "aws_s3_bucket" "{name}" {{' in write(request, SILENT).items[0].text


def test_an_example_of_nearly_the_same_has_the_words_of_the_wish(tmp_path: Path) -> None:
    (tmp_path / "records.tf").write_text(
        "# Add an IPv4 record for the gateway\n"
        'resource "dns_record" "gateway_ipv4" {\n  zone = "main"\n  name = "gateway-ipv4"\n}\n'
    )
    bundle = REGISTRY.by_id("hcl")
    project, wish = Project(bundle, tmp_path), "Add an IPv6 record for the gateway"
    names = project.names_for(tmp_path / "new.tf", "", 0)
    request = WriteRequest(wish, bundle, names=names, looked_up=found(bundle, wish, project))
    assert write(request, SILENT).items[0].text.strip() == (
        'resource "dns_record" "gateway_ipv6" {\n  zone = "main"\n  name = "gateway-ipv6"\n}'
    )


def test_nothing_is_said_again_that_may_stand_once(tmp_path: Path) -> None:
    (tmp_path / "records.tf").write_text(
        "# all sizes of the machines\nmachine {\n  size = 1\n  size = 2\n}\n"
    )
    bundle = REGISTRY.by_id("hcl")
    project, wish = Project(bundle, tmp_path), "all sizes of the printers"
    names = project.names_for(tmp_path / "new.tf", "", 0)
    request = WriteRequest(wish, bundle, names=names, looked_up=found(bundle, wish, project))
    (item,) = write(request, SILENT).items
    assert item.text.split() == ["printers", "{", "size", "=", "1", "}"]


def test_what_the_file_has_already_is_left_out() -> None:
    bundle, wish = REGISTRY.by_id("sparql"), "names of all people"
    text = "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
    request = WriteRequest(wish, bundle, text, Span(len(text), len(text)), looked_up=found(bundle, wish))
    item = write(request, SILENT).items[0]
    assert item.text.startswith("SELECT ?person ?name")
    assert check(load_grammar(bundle), text + item.text) is None


def test_a_place_that_takes_nothing_is_a_reason() -> None:
    bundle = REGISTRY.by_id("hcl")
    text = 'a = "x"\n'
    request = WriteRequest("a variable", bundle, text, Span(1, 1), looked_up=found(bundle, "a variable"))
    written = write(request, SILENT)
    for item in written.items:
        assert check(load_grammar(bundle), f"a{item.text}{text[1:]}") is None
    assert written.items or written.reason == NO_EXAMPLE


def test_what_is_cancelled_is_nothing() -> None:
    bundle = REGISTRY.by_id("hcl")
    request = WriteRequest("a variable", bundle, looked_up=found(bundle, "a variable"))
    assert write(request, SILENT, lambda: True).items == ()


def test_candidates_differ(tmp_path: Path) -> None:
    bundle = REGISTRY.by_id("hcl")
    request = WriteRequest("a variable", bundle, candidates=3, looked_up=found(bundle, "a variable"))
    texts = [item.text for item in write(request, SILENT).items]
    assert len(texts) == len({*texts}) == 3


def suggested(text: str, *, automatic: bool) -> list[str]:
    bundle = REGISTRY.by_id("hcl")
    before, after = text.split("<|>")
    text, offset = before + after, len(before)
    question = Question(bundle, text, offset)
    request = CompletionRequest(
        text,
        offset,
        bundle,
        Landmarks(parse(bundle, text)),
        looked_up=look_up(question, Project(bundle).store),
        automatic=automatic,
    )
    return [item.text for item in complete(request, SILENT, lambda: False).items]


def test_a_comment_and_enter_suggests_what_the_comment_is_about() -> None:
    (text,) = suggested("# Bucket for files, with versioning turned on\n<|>", automatic=False)
    assert 'resource "aws_s3_bucket"' in text
    assert "versioning" in text


def test_no_example_comes_by_itself_below_a_comment() -> None:
    shown = suggested("# Bucket for files, with versioning turned on\n<|>", automatic=True)
    assert not any("aws_s3_bucket" in one for one in shown)


@pytest.mark.parametrize(
    "text",
    [
        "# Bucket for files, with versioning turned on\n\n<|>",
        "# Bucket for files, with versioning turned on\n<|>\na = 1\n",
        "# qwertz uiop asdf\n<|>",
    ],
)
def test_a_comment_that_asks_for_nothing_there_suggests_no_example(text: str) -> None:
    if text.endswith("a = 1\n"):
        text = text.replace("<|>\n", "<|>")
    assert not any("aws_s3_bucket" in one for one in suggested(text, automatic=False))
