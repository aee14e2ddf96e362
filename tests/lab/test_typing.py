"""The simulated typist: each key, each take-over and each request is counted as the docstrings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lsp_server.lab.material.neighbours import neighbours, project_names
from lsp_server.lab.quality import typist
from lsp_server.lab.quality.fillers import line_ending, word_ending
from lsp_server.lab.quality.saving import (
    SavingRow,
    by_model,
    by_text,
    measure_saving,
    stretches,
)
from lsp_server.lab.quality.typist import Accept, Draft, Habits, Typed, TypedStretch, type_out
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source
from lsp_server.models import ScriptedModel

WORD, WHOLE, NEVER = (Habits(10, accept) for accept in (Accept.WORD, Accept.WHOLE, Accept.NEVER))
Overtaken = Callable[[], bool]
LINE = "subnets = merge(module.network.subnets, local.others)\n"


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, in seconds, as a list of one, which a test moves."""
    now = [0.0]
    monkeypatch.setattr(typist, "thread_time", lambda: now[0])
    return now


def _type(language: Language, text: str, suggest: object, habits: Habits = WORD) -> Typed:
    assert callable(suggest)
    return type_out(language, TypedStretch("f.tf", "", text, ""), suggest, habits)


def _silent(draft: Draft, overtaken: Overtaken) -> str:
    return ""


def _knows(text: str) -> Callable[[Draft, Overtaken], str]:
    return lambda draft, overtaken: text[draft.offset :].split("\n")[0]


def test_without_suggestions_each_character_is_a_key(hcl: Language, clock: list[float]) -> None:
    typed = _type(hcl, "name = 1", _silent)
    assert (typed.characters, typed.keys, typed.saved, typed.shown, typed.takes) == (8, 8, 0.0, 0, 0)
    assert typed.requests == 8


def test_a_right_suggestion_is_taken_by_words_one_key_each(hcl: Language, clock: list[float]) -> None:
    text = "name = value"
    typed = _type(hcl, text, _knows(text))
    assert (typed.characters, typed.keys, typed.takes) == (12, 4, 3)  # n, ame, =, value
    assert (typed.shown, typed.accepted) == (1, 1)
    assert typed.saved == pytest.approx(1 - 4 / 12)


def test_or_as_a_whole_with_one_key(hcl: Language, clock: list[float]) -> None:
    text = "name = value"
    assert _type(hcl, text, _knows(text), WHOLE).keys == 2
    half_right = _type(hcl, text, lambda draft, _: _knows("name = vanish")(draft, _), WHOLE)
    assert (half_right.keys, half_right.takes) == (12, 0)


def test_a_wrong_word_is_not_taken_and_a_right_one_before_it_is(hcl: Language, clock: list[float]) -> None:
    typed = _type(hcl, "name = value", _knows("name = vanish"))
    assert typed.takes == 2  # ame, =
    assert typed.keys == 1 + 2 + len(" value")


def test_one_character_is_typed_rather_than_taken(hcl: Language, clock: list[float]) -> None:
    assert _type(hcl, "ab", _knows("ab")).takes == 0


def test_right_suggestions_and_right_first_words_are_counted(hcl: Language, clock: list[float]) -> None:
    def suggest(draft: Draft, overtaken: Overtaken) -> str:
        return {1: "ame = wrong", 8: "alue", 10: "lu", 11: "-"}.get(draft.offset, "")

    typed = _type(hcl, "name = value", suggest, NEVER)
    assert (typed.takes, typed.accepted, typed.keys) == (0, 0, 12)
    # "ame = wrong" begins right, "alue" is right, which stands until the end: nothing else is asked for.
    assert (typed.shown, typed.right, typed.begun) == (2, 1, 2)
    part = _type(hcl, "name", lambda draft, _: "am" if draft.offset == 1 else "", NEVER)
    assert (part.shown, part.right, part.begun) == (1, 0, 0)


def test_keys_are_counted_at_which_something_or_something_wrong_stands(
    hcl: Language, clock: list[float]
) -> None:
    def suggest(draft: Draft, overtaken: Overtaken) -> str:
        return "ame = wrong" if draft.offset == 1 else ""

    typed = _type(hcl, "name = value", suggest, NEVER)
    # From "a" to "v" something stands; of that " wrong" and what is left of it are wrong.
    assert (typed.stood, typed.misled) == (7, 2)
    taken = _type(hcl, "name = value", suggest)
    assert (taken.keys, taken.stood, taken.misled) == (1 + 2 + 6, 4, 2)


@pytest.mark.parametrize(("speed", "blinks"), [(10, 1), (2, 0)])
def test_the_same_text_gone_and_back_is_a_blink(
    hcl: Language, clock: list[float], speed: float, blinks: int
) -> None:
    def suggest(draft: Draft, overtaken: Overtaken) -> str:
        return {1: "() {", 3: " () {"}.get(draft.offset, "")

    assert _type(hcl, "name", suggest, Habits(speed)).blinks == blinks
    assert _type(hcl, "nam", lambda draft, _: f"{draft.offset}", Habits(speed)).blinks == 0


def test_indentation_that_the_last_line_had_is_given_by_the_editor(hcl: Language, clock: list[float]) -> None:
    typed = _type(hcl, "a {\n  b = 1\n\n  c = 2\n}", _silent)
    assert typed.characters == typed.keys == len("a {\n  b = 1\n\nc = 2\n}")


def test_what_is_typed_in_comments_is_told_apart(hcl: Language, clock: list[float]) -> None:
    text = "# so\nname = value"
    typed = _type(hcl, text, lambda draft, _: text[draft.offset :] if draft.offset > 5 else "")
    assert (typed.characters, typed.keys, typed.commented) == (17, 9, 4)
    assert typed.saved == pytest.approx(1 - 9 / 17)
    assert typed.saved_in_code == pytest.approx(1 - 5 / 13)


def test_a_request_that_the_next_key_overtakes_shows_nothing_and_is_wasted(
    hcl: Language, clock: list[float]
) -> None:
    def slow(draft: Draft, overtaken: Overtaken) -> str:
        while not overtaken():
            clock[0] += 0.030
        return "ame"

    typed = _type(hcl, "name", slow, Habits(10))
    assert (typed.keys, typed.shown, typed.times_ms) == (4, 0, ())
    assert typed.overtaken == typed.requests == 4
    # Each is asked every 30 ms whether it was overtaken; the next begins where it has stopped.
    assert typed.wasted_ms == typed.model_ms == pytest.approx(120 + 90 + 120 + 90, abs=31)


def test_a_request_that_does_not_stop_keeps_the_next_ones_from_beginning(
    hcl: Language, clock: list[float]
) -> None:
    def stuck(draft: Draft, overtaken: Overtaken) -> str:
        clock[0] += 0.350
        return ""

    typed = _type(hcl, "abcdefgh", stuck, Habits(10))
    assert (typed.requests, typed.missed) == (3, 5)


def test_a_suggestion_stays_while_it_is_typed_and_is_not_asked_for_again(
    hcl: Language, clock: list[float]
) -> None:
    def once(draft: Draft, overtaken: Overtaken) -> str:
        if draft.offset > 1:
            clock[0] += 1
        return "ame = value" if draft.offset == 1 else ""

    typed = _type(hcl, "name = value", once, Habits(10))
    assert (typed.keys, typed.takes, typed.shown, typed.accepted) == (4, 3, 1, 1)
    gone = _type(hcl, "name = value", lambda draft, _: "ame = value" if draft.offset == 1 else "")
    assert (gone.takes, gone.shown, gone.accepted) == (3, 1, 1)
    assert (gone.requests, gone.recalled) == (2, 2)


def test_a_draft_keeps_what_a_server_keeps(hcl: Language) -> None:
    draft = Draft.opened(hcl, TypedStretch("a.tf", "a {\n", "", "}\n"))
    tree = draft.tree
    for letter in "b = 1":
        draft = draft.typed(letter)
    assert draft.tree is tree
    assert (draft.text, draft.offset, len(draft.edits)) == ("a {\nb = 1}\n", 9, 5)
    assert draft.landmarks().text == draft.prefix.text == draft.text
    draft = draft.typed("\n")
    assert draft.edits == ()
    assert draft.tree.text == draft.text


def test_stretches_are_lines_of_different_files_with_what_stands_around(hcl: Language) -> None:
    sources = [Source(f"{n}.tf", f"a = {n}\r\n\r\n  b = 1\r\nc = 2\r\n") for n in range(5)]
    found = stretches(sources, files=3, lines=2, seed=1)
    assert len({text.name for text in found}) == 3
    for text in found:
        whole = next(source.text for source in sources if source.name == text.name)
        assert text.before + text.text + text.after == whole.replace("\r\n", "\n")
        assert text.text.count("\n") <= 1
        assert text.text == text.text.strip()
    assert stretches(sources, files=3, lines=2, seed=1) == found
    assert {text.after for text in stretches(sources, files=3, lines=2, seed=1, fresh=True)} == {""}


def test_what_stands_near_in_a_project_is_known_and_copied(hcl: Language) -> None:
    project = [Source("a/one.tf", LINE), Source("a/two.tf", "b = 2\n"), Source("c/three.tf", "c = 3\n")]
    source, examples = Source("a/two.tf", LINE), (*hcl.examples.values(),)
    (text,) = stretches([source], files=1, lines=1, seed=1, beside=neighbours(hcl, project))
    assert text.beside == (LINE, "c = 3\n", *examples)
    (alone,) = stretches([source], files=1, lines=1, seed=1, beside=neighbours(hcl))
    assert alone.beside == examples
    (unknown,) = stretches([source], files=1, lines=1, seed=1)
    assert unknown.beside == ()
    suggest = by_model(ScriptedModel({}), 8, 0)
    near, far = (Draft.opened(hcl, replace(one, before=LINE[:40], after="\n")) for one in (text, alone))
    assert LINE[40:].startswith(suggest(near, lambda: False) or "nothing")
    assert not LINE[40:].startswith(suggest(far, lambda: False) or "nothing")


def test_names_of_the_project_exist_while_one_types(hcl: Language) -> None:
    project = [Source("a/one.tf", 'variable "region" {}\n'), Source("b/one.tf", 'variable "zone" {}\n')]
    text = "x = var.region"
    stretch = TypedStretch("a/two.tf", "", text, "\n", around=project_names(hcl, project)("a/two.tf"))
    draft = Draft.opened(hcl, stretch)
    for letter in "x = var.":
        draft = draft.typed(letter)
    suggest = by_model(ScriptedModel({"x = var.": "zone"}), 8, 0)
    assert suggest(draft, lambda: False) == "region"
    alone = replace(draft, stretch=replace(stretch, around=None))
    assert suggest(alone, lambda: False) == "zone"


def test_what_is_not_sure_enough_is_not_shown(hcl: Language) -> None:
    draft = Draft.opened(hcl, TypedStretch("a.tf", "a = ", "", "\n"))
    model = ScriptedModel({"a = ": "1"})
    assert by_model(model, 8)(draft, lambda: False) == "1"
    assert by_model(model, 8, 1.0)(draft, lambda: False) == ""


def test_rows_are_by_the_ends_of_names_and_together(hcl: Language) -> None:
    text = "alpha = beta\nalpha = beta"
    texts = [TypedStretch(name, "", text, "") for name in ("a.tf", "b.tf", "c.tfvars")]
    model = by_model(ScriptedModel([text]), 8)
    slow = Habits(0.01)
    report = measure_saving(
        hcl, texts, {"model": model, "words": by_text(word_ending), "lines": by_text(line_ending)}, slow
    )
    found = {(row.kind, row.by): row for row in report.rows}
    assert [(kind, row.files) for (kind, by), row in found.items() if by == "words"] == [
        (".tf", 2),
        (".tfvars", 1),
        ("all", 3),
    ]
    saved = {by: found["all", by].typed.saved for by in ("model", "words", "lines")}
    assert saved["model"] > saved["lines"] > saved["words"] > 0
    total = found["all", "model"]
    assert total.typed.keys == sum(found[kind, "model"].typed.keys for kind in (".tf", ".tfvars"))
    assert total.as_json()["latency_ms"]["p50"] == total.latency_ms(50) > 0
    assert total.ignored.takes == 0 < total.ignored.keys == total.typed.characters


def test_a_row_tells_shares_of_what_its_docstring_says(hcl: Language) -> None:
    typed = Typed(characters=200, keys=120, shown=10, right=4, begun=7, stood=30, misled=9, blinks=3)
    row = SavingRow(".tf", "model", 1, typed, Typed(characters=200, keys=200, misled=14, stood=80))
    assert (row.right, row.begun, row.wrong) == pytest.approx((40, 70, 1.5))
    assert (row.standing, row.misleading, row.blinks) == pytest.approx((25, 7, 25))
    assert row.net == pytest.approx(40 - 2 * 1.5)
    empty = SavingRow(".tf", "model", 0, Typed(), Typed())
    assert (empty.right, empty.begun, empty.standing, empty.misleading, empty.net) == (0, 0, 0, 0, 0)
