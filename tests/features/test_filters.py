"""What may drop a text that was decoded and fits the grammar: each filter is told by its own name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from lsp_server.features import consent
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.reasons import Filter, filtered
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.features.completing import CURSOR, language_of

WITH_ANOTHER_ERROR = ("hcl", "a = 1<|>\n", "e3")
"""The tree takes an exponent only after a fraction."""


def by_itself(
    name: str, marked: str, model: ScriptedModel, *, automatic: bool = True, min_logprob: float = -np.inf
) -> Completion:
    before, after = marked.split(CURSOR)
    language = language_of(name)
    tree = parse(language, before + after)
    request = CompletionRequest(
        before + after,
        len(before),
        language,
        Landmarks(tree),
        max_tokens=12,
        min_logprob=min_logprob,
        automatic=automatic,
    )
    return complete(request, model, lambda: False)


def saying(marked: str, wanted: str) -> ScriptedModel:
    """A model that says something at the mark, in one token."""
    return ScriptedModel({marked.split(CURSOR)[0]: wanted}, [wanted])


@pytest.mark.parametrize(
    ("name", "marked", "wanted", "automatic", "expected"),
    [
        (*WITH_ANOTHER_ERROR, True, Filter.TREE),
        ("hcl", "a = b<|>\n", "[ * ]", True, Filter.TREE),
    ],
)
def test_what_else_must_agree_is_named_where_it_refuses(
    name: str, marked: str, wanted: str, automatic: bool, expected: Filter
) -> None:
    completion = by_itself(name, marked, saying(marked, wanted), automatic=automatic)
    assert completion.items == ()
    assert completion.reason == filtered([expected])
    assert bool(completion.statistics["disagreements"]) is (expected is Filter.TREE)


def test_after_many_refusals_no_other_text_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent, "_MOST_REFUSALS", 0)
    name, marked, _ = WITH_ANOTHER_ERROR
    completion = by_itself(name, marked, saying(marked, " + 2"))
    assert (completion.items, completion.reason) == ((), filtered([Filter.REFUSALS]))


def test_several_filters_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent, "_MOST_REFUSALS", 1)
    name, marked = "hcl", "a = b<|>\n"
    completion = by_itself(name, marked, saying(marked, "[ * ]"))
    assert completion.reason == filtered([Filter.TREE, Filter.REFUSALS])


def test_a_model_that_only_repeats_itself_is_not_shown() -> None:
    completion = by_itself("hcl", "a = <|>\n", ScriptedModel(lambda text: "("))
    assert (completion.items, completion.reason) == ((), filtered([Filter.REPEATS]))
    assert completion.statistics["astray"] == 1


class Reluctant(ScriptedModel):
    """Would write a bracket that does not fit; of what does, a digit is likelier, and then the end."""

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """It has no wish but these."""
        rows = np.zeros((count, len(self.vocabulary)), dtype=np.float32)
        rows[:, ord("}")], rows[:, ord("1")] = 20, 5
        for row, token in enumerate(tokens[len(tokens) - count :]):
            rows[row, self.vocabulary.end] = 40 if token == ord("1") else 0
        return rows


def test_what_the_model_hardly_means_is_for_who_asks() -> None:
    marked = "a = [<|>\nb = 1\n"
    (item,) = by_itself("hcl", marked, Reluctant({}), automatic=False).items
    assert (item.text, item.confident) == ("1]", False)
    hidden = by_itself("hcl", marked, Reluctant({}))
    assert (hidden.items, hidden.reason) == ((), filtered([Filter.UNMEANT]))
