"""Several tokens from one pass: the rows are those of single passes, and fewer passes are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.decoding.drafting import Drafts, drafted
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.languages import load_registry
from lsp_server.models import ScriptedModel
from lsp_server.syntax import Landmarks, parse

tokens = st.lists(st.integers(97, 100), min_size=1, max_size=30)


@given(tokens, st.integers(0, 9))
def test_a_draft_goes_on_as_an_earlier_occurrence_of_the_end_did(text: list[int], most: int) -> None:
    draft = [*drafted(text, most)]
    assert len(draft) <= most
    if text[-1] not in text[:-1]:
        assert draft == []
    elif most:
        joined = [text[-1], *draft]
        starts = range(len(text) - 1)
        assert any(text[start : start + len(joined)] == joined for start in starts)


def test_of_several_occurrences_the_one_with_most_in_common_is_gone_on_with() -> None:
    assert [*drafted([*b"xabc1 yabc2 abc3 xabc"], 2)] == [*b"1 "]
    assert [*drafted([*b"abc1 abc2 abc"], 2)] == [*b"2 "]


@given(tokens, tokens, st.integers(1, 8))
def test_each_row_is_that_of_a_pass_for_it_alone(prompt: list[int], said: list[int], at_once: int) -> None:
    model, plain = (ScriptedModel(_echo, at_once=count) for count in (at_once, 1))
    drafts = Drafts(model)
    for end in range(len(said)):
        text = [*prompt, *said[:end]]
        assert np.array_equal(drafts.logits(text), plain.next_logits(text)[-1])
    assert model.calls == drafts.passes <= plain.calls


def _echo(text: str) -> str:
    return text[::-1][:3]


def completed(at_once: int) -> tuple[Completion, int]:
    language = load_registry().by_id("hcl")
    before = "alpha = [one, two, three]\nbeta = "
    model = ScriptedModel({"beta = ": "[one, two, three]"}, at_once=at_once)
    prefix = Prefix(load_grammar(language), before)
    request = CompletionRequest(before, len(before), language, Landmarks(parse(language, before)), prefix)
    return complete(request, model, lambda: False), model.calls


def test_what_is_suggested_is_the_same_with_fewer_passes() -> None:
    (one, calls), (several, fewer) = completed(1), completed(8)
    assert _texts(one) == _texts(several) == ["[one, two, three]"]
    assert fewer < calls / 2
    assert several.statistics["passes"] == fewer


def _texts(completion: Completion) -> Sequence[str]:
    return [item.text for item in completion.items]


def test_a_draft_is_one_token_longer_than_what_came_true_of_the_last() -> None:
    model = ScriptedModel(_echo, at_once=8)
    asked: list[int] = []
    plain = model.next_logits

    def next_logits(
        tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> np.ndarray:
        asked.append(count - 1)
        return plain(tokens, count, cancelled)

    model.next_logits = next_logits  # type: ignore[method-assign]
    drafts, text = Drafts(model), [*b"abcdefghijklmnopqrstuvwxyz a"]
    for letter in b"bcdefghijklmno":
        drafts.logits(text)
        text.append(letter)
    assert asked == [3, 4, 5]
    # All of the third came true; nothing of the fourth does.
    drafts.logits([*text, *b"!a"])
    drafts.logits([*text, *b"!a!a"])
    assert asked[3:] == [6, 1]
