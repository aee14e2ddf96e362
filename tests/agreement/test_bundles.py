"""Every bundle's parsers agree but for what its `corpus/agreement/` lists, and that list is true."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, islice

import pytest

from lsp_server.agreement.agreement import measure_agreement
from lsp_server.agreement.judges import load_judge
from lsp_server.agreement.known import KnownDisagreement, read_known
from lsp_server.agreement.opinions import DisagreementKind, Panel
from lsp_server.agreement.pieces import split
from lsp_server.constraint import check, load_grammar
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.languages import Language, load_registry
from lsp_server.languages.cases import read_cases
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.counts import tries

LISTED = [
    pytest.param(language, case.title, id=f"{language.id}: {case.title}")
    for language in load_registry().languages
    for case in read_cases(language.directory, "agreement")
]


@cache
def known_of(language: Language) -> dict[str, KnownDisagreement]:
    """What is listed of a language, by title."""
    return {known.title: known for known in read_known(language)}


def test_what_is_listed_has_a_title_of_its_own(language: Language) -> None:
    assert len(known_of(language)) == len(read_known(language))


def test_parsers_disagree_only_as_listed(language: Language) -> None:
    samples, mutants = tries(20, 150), tries(80, 500)
    report = measure_agreement(Panel(language, load_judge(language)), samples=samples, mutants=mutants)
    assert report.samples >= samples * 2 // 3
    assert report.mutants > mutants * 3 // 5
    assert [(group.kind.value, group.text, group.said) for group in report.new] == []


@pytest.mark.parametrize(("language", "title"), LISTED)
def test_a_listed_disagreement_still_exists(language: Language, title: str) -> None:
    known = known_of(language)[title]
    assert Panel(language, load_judge(language)).kind(known.text) is known.kind
    assert known.explains(load_grammar(language), known.kind, known.text)


@pytest.mark.parametrize(("language", "title"), LISTED)
def test_no_suggestion_makes_what_is_listed(language: Language, title: str) -> None:
    """Where the rest of a listed text is sound, a model that wants to write it is not heard."""
    panel = Panel(language, load_judge(language))
    holes = list(islice(_holes(panel, known_of(language)[title]), tries(5, 1_000)))
    assert holes
    for text, start, end in holes:
        rest, wanted = text[:start] + text[end:], text[start:end]
        model = ScriptedModel({text[:start]: wanted})
        request = CompletionRequest(rest, start, language, Landmarks(parse(language, rest)))
        for item in complete(request, model, lambda: False).items:
            made = rest[: item.start] + item.text + rest[item.end :]
            assert made != text or _is_beginning(panel, made)
            assert panel.tree(made).error_count == 0


def _is_beginning(panel: Panel, text: str) -> bool:
    """Whether a text lacks nothing but its end, as a suggestion at the end of a document may leave it."""
    failure = check(load_grammar(panel.language), text)
    return failure is not None and failure.offset == len(text)


def _holes(panel: Panel, known: KnownDisagreement) -> Iterator[tuple[str, int, int]]:
    """Stretches of a listed text, alone or after something valid, without which it is sound."""
    grammar = load_grammar(panel.language)
    valid = [case.text for case in read_cases(panel.language.directory, "syntax") if "valid" in case.expected]
    for lead in ("", *(text + "\n" for text in sorted(valid, key=len)[:20])):
        text = lead + known.text
        if panel.kind(text) not in (known.kind, DisagreementKind.MISSED):
            continue
        ends = [len(lead)]
        for piece in split(grammar, text[len(lead) :]):
            ends.append(ends[-1] + len(piece.text))
        found = [
            (text, start, end)
            for start, end in combinations(ends, 2)
            if text[start:end].strip()
            and check(grammar, text[:start] + text[end:]) is None
            and not panel.tree(text[:start] + text[end:]).error_count
        ]
        if found:
            yield from found
            return
