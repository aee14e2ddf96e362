"""The builtins and snippets of every bundle: names, and constructs that parse where they may stand."""

from __future__ import annotations

from functools import cache

import pytest

from lsp_server.constraint import load_grammar
from lsp_server.evaluation.judges import Judge, load_judge
from lsp_server.features.diagnostics import diagnose
from lsp_server.inspection.in_offers import of_offers
from lsp_server.languages import Builtin, Language, Snippet, load_registry
from lsp_server.languages.cases import CURSOR
from lsp_server.syntax import parse
from tests.conftest import BUNDLED
from tests.corpus_cases import SAMPLES, sample

LANGUAGES = [load_registry().by_id(name) for name in BUNDLED] + [
    sample(path.parent.name) for path in sorted(SAMPLES.glob("*/language.toml"))
]
SNIPPETS = [(language, snippet) for language in LANGUAGES for snippet in language.snippets]
BUILTINS = [(language, builtin) for language in LANGUAGES for builtin in language.builtins]


def named(value: object) -> str:
    return value.id if isinstance(value, Language) else getattr(value, "name", "")


@cache
def judge_of(language: Language) -> Judge:
    return load_judge(language)


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_nothing_is_wrong_with_them(language: Language) -> None:
    assert [finding.rows() for finding in of_offers(load_grammar(language))] == []


@pytest.mark.parametrize(("language", "snippet"), SNIPPETS, ids=named)
def test_a_snippet_is_valid_where_it_may_stand(language: Language, snippet: Snippet) -> None:
    verdict = judge_of(language)(snippet.placed)
    assert verdict.well_formed, verdict.message
    assert diagnose(parse(language, snippet.placed), load_grammar(language)) == ()


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_every_shipped_language_has_snippets(language: Language) -> None:
    assert language.snippets


@pytest.mark.parametrize(("language", "snippet"), SNIPPETS, ids=named)
def test_a_snippet_is_written_as_the_others_are(language: Language, snippet: Snippet) -> None:
    assert snippet.about.endswith((".", "`", ")", "|"))
    assert "\t" not in snippet.text
    assert CURSOR not in snippet.text
    assert snippet.text == snippet.text.strip("\n")


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_a_builtin_is_explained_in_a_sentence(language: Language) -> None:
    unfinished = [b.name for b in language.builtins if not b.about.endswith((".", ")")) or len(b.about) > 300]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_a_signature_names_its_builtin(language: Language) -> None:
    def shown(builtin: Builtin) -> bool:
        return not builtin.signature or builtin.name.lower() in builtin.signature.lower()

    assert [builtin.name for builtin in language.builtins if not shown(builtin)] == []
