"""What was asked for last is kept, and no more than so much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.cache import BoundedDict, LruCache
from lsp_server.constraint.emit import _MOST_RULES, _Kept
from lsp_server.constraint.hole import After
from lsp_server.lalr import load_grammar, rejected_at, table
from lsp_server.lalr.loading import make_grammar
from lsp_server.languages import load_registry
from tests.constraint.texts import examples


@given(st.integers(1, 4), st.lists(st.integers(0, 6)))
def test_a_value_is_made_once_while_it_is_among_the_last(most: int, keys: list[int]) -> None:
    kept: LruCache[int, int] = LruCache(most)
    made: list[int] = []
    last: list[int] = []

    def make() -> int:
        made.append(key)
        return -key

    for key in keys:
        before = len(made)
        assert kept.get(key, make) == -key
        assert (len(made) == before) == (key in last)
        last = [*(other for other in last if other != key), key][-most:]


def test_what_is_kept_weighs_no_more_than_it_may() -> None:
    kept: LruCache[str, int | None] = LruCache(10, len)
    made: list[str] = []

    def ask(key: str) -> None:
        assert kept.get(key, lambda: made.append(key)) is None

    for key in ("four", "three", "one", "four"):
        ask(key)
    assert made == ["four", "three", "one", "four"]
    ask("one")
    ask("longer than that")
    assert made[4:] == ["longer than that"]
    ask("one")
    assert made[5:] == ["one"]


def test_what_is_bounded_never_holds_more_than_it_may() -> None:
    kept = BoundedDict[int, str](3)
    for number in range(100):
        kept[number] = str(number)
        assert kept[number] == str(number)
        assert len(kept) <= 3
    kept[99] = "again"
    assert kept == {99: "again"}


def test_what_a_parser_remembers_of_its_reductions_does_not_grow_with_what_it_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = make_grammar(load_registry().by_id("hcl"))
    monkeypatch.setattr(table, "_MOST_RENAMED", 20)
    fresh = make_grammar(load_registry().by_id("hcl"))
    for text in examples(fresh.language):
        assert rejected_at(fresh, text) == rejected_at(known, text)
    assert 0 < len(fresh.table._renamed) <= 20
    assert len(known.table._renamed) > 20


def test_what_was_made_for_masks_does_not_grow_with_the_places_they_were_made_for() -> None:
    kept = _Kept(load_grammar(load_registry().by_id("graphql")))
    for place in range(3 * _MOST_RULES):
        kept.rule(After(place, "field"), (("NAME",),))
    assert len(kept._rules) <= _MOST_RULES
