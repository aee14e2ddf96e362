"""The builtins and snippets of every bundle: names, and constructs that parse where they may stand."""

from __future__ import annotations

from functools import cache

import pytest

from lsp_server.agreement.asking import Judge
from lsp_server.agreement.judges import load_judge
from lsp_server.constraint import load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.inspection.in_offers import of_offers
from lsp_server.languages import Builtin, Language, Snippet, load_registry
from lsp_server.syntax import parse
from tests.conftest import BUNDLED
from tests.corpus_cases import SAMPLES, sample

LANGUAGES = [load_registry().by_id(name) for name in BUNDLED] + [
    sample(path.parent.name) for path in sorted(SAMPLES.glob("*/language.toml"))
]
SNIPPETS = [(language, snippet) for language in LANGUAGES for snippet in language.snippets]


def named(value: object) -> str:
    return value.id if isinstance(value, Language) else getattr(value, "name", "")


@cache
def judge_of(language: Language) -> Judge:
    return load_judge(language)


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_nothing_is_wrong_with_them(language: Language) -> None:
    assert [str(finding) for finding in of_offers(load_grammar(language))] == []


@pytest.mark.parametrize(("language", "snippet"), SNIPPETS, ids=named)
def test_a_snippet_is_valid_where_it_may_stand(language: Language, snippet: Snippet) -> None:
    for text in snippet.placed:
        verdict = judge_of(language)(text)
        assert verdict.well_formed, verdict.message
        assert diagnose(parse(language, text), load_grammar(language)) == ()


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_every_shipped_language_has_snippets(language: Language) -> None:
    assert language.snippets


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_snippets_are_explained_in_a_sentence_and_indented_by_blanks(language: Language) -> None:
    def fine(snippet: Snippet) -> bool:
        text = snippet.text
        return snippet.about.endswith(".") and "\t" not in text and text == text.strip("\n")

    assert [snippet.name for snippet in language.snippets if not fine(snippet)] == []


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_a_builtin_is_explained_in_a_sentence(language: Language) -> None:
    unfinished = [b.name for b in language.builtins if not b.about.endswith((".", ")")) or len(b.about) > 300]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_a_signature_names_its_builtin(language: Language) -> None:
    def shown(builtin: Builtin) -> bool:
        signature = builtin.signature.lower()
        return not signature or all(word in signature for word in builtin.name.lower().split())

    assert [builtin.name for builtin in language.builtins if not shown(builtin)] == []
