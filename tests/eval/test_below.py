"""What is suggested above a mistake is judged in the file without it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lsp_server.evaluation.corpus import Source
from lsp_server.evaluation.judges import load_judge
from lsp_server.features.completion import Completion, Item
from lsp_server.languages import Language
from lsp_server.models import load_model
from tests.eval import below


def _sources(language: Language) -> Sequence[Source]:
    return [Source(Path(name).name, text) for name, text in language.examples.items()]


def test_nothing_is_suggested_above_a_mistake_that_does_not_fit(language: Language) -> None:
    told = below.measure(language, _sources(language), load_model(), load_judge(language), 4, seed=3)
    assert told.places == 4
    assert told.suggested > 4
    assert told.wrong == []


def test_a_text_that_fits_in_neither_file_is_told(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    def complete(*arguments: object) -> Completion:
        offset = arguments[2]
        assert isinstance(offset, int)
        item = Item(") ) \x00", offset, offset, 0.0, "end")
        return Completion(language.id, offset, (item,), {}, 1, None, {})

    monkeypatch.setattr(below, "complete", complete)
    told = below.measure(language, _sources(language), load_model(), load_judge(language), 6)
    assert told.suggested >= len(told.wrong) > 2
