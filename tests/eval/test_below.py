"""What is suggested above a mistake is judged in the file without it; lists are those of that file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.features.completion import Completion, Suggestion
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.models import load_model
from lsp_server.server.documents.session import Document
from lsp_server.text import Edit, Snapshot, Span
from tests.counts import tries
from tests.eval import below
from tests.features.listing import listed_in


def _sources(language: Language) -> Sequence[Source]:
    return [Source(Path(name).name, text) for name, text in language.examples.items()]


def test_nothing_is_suggested_above_a_mistake_that_does_not_fit(language: Language) -> None:
    places = tries(2, 4)
    told = below.measure(language, _sources(language), load_model(), load_judge(language), places, seed=3)
    assert told.places == places
    assert told.suggested > tries(0, 4)
    assert told.wrong == []


def _listed(language: Language, text: str, gap: Span) -> set[str]:
    """What is listed where something was taken out of a text after that was read."""
    document = Document(Snapshot("file:///a", language.id, 1, text), language)
    document.tree()
    return {entry.text for entry in listed_in(document.edited([Edit(gap, "")], 2), gap.start).entries}


def test_above_a_mistake_there_are_the_lists_that_are_there_without_it(language: Language) -> None:
    judge, kept, without = load_judge(language), 0, 0
    for source, cut, broken in islice(below.drawn(language, _sources(language), judge, Random(1)), 4):
        gap = Span(cut.start, cut.end)
        here, there = (_listed(language, text, gap) for text in (broken, source.text))
        kept, without = kept + len(here & there), without + len(there)
    assert without > 4
    assert kept >= 0.8 * without


def test_a_text_that_fits_in_neither_file_is_told(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    def complete(*arguments: object) -> Completion:
        offset = arguments[2]
        assert isinstance(offset, int)
        item = Suggestion(") ) \x00", offset, offset, 0.0, "end")
        return Completion(language.id, offset, (item,), {}, 1, None, {})

    monkeypatch.setattr(below, "complete", complete)
    told = below.measure(language, _sources(language), load_model(), load_judge(language), 6)
    assert told.suggested >= len(told.wrong) > 2
