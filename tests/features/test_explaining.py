"""Why something was suggested at a cursor, or nothing was, as plain data: reason, lexemes, timings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features import diagnostics
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.explaining import ExpectedLexemes, Explanation, expected_at, explain
from lsp_server.features.reasons import IN_COMMENT, NOT_MEANT, NOTHING_TO_ADD, UNSURE
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.features.completing import CURSOR, language_of

STAGES = ["prefix", "hole", "compile", "model", "mask", "oracle", "total"]


def request_at(name: str, marked: str) -> CompletionRequest:
    """What an editor asks for at the mark by itself."""
    before, after = marked.split(CURSOR)
    language, text = language_of(name), before + after
    landmarks, prefix = Landmarks(parse(language, text)), Prefix(load_grammar(language), text)
    return CompletionRequest(
        text, len(before), language, landmarks, prefix, max_tokens=8, min_logprob=-1_000, automatic=True
    )


def explained(request: CompletionRequest, wanted: str) -> Explanation:
    """The account of what is suggested where the model wants to say something."""
    model = ScriptedModel({request.text[: request.offset]: wanted})
    return explain(complete(request, model, lambda: False), request.prefix_or_new, request.landmarks)


def expected(name: str, marked: str) -> ExpectedLexemes:
    request = request_at(name, marked)
    return expected_at(request.prefix_or_new, request.landmarks, request.offset)


@pytest.mark.parametrize(
    ("name", "marked", "wanted", "reason"),
    [
        ("hcl", "# a n<|>\n", "ote", IN_COMMENT),
        ("hcl", "a = 1<|>\n", "", NOTHING_TO_ADD),
        ("hcl", "a = <|>\n", "}", NOT_MEANT),
    ],
)
def test_the_reason_comes_with_the_timings_of_each_step(
    name: str, marked: str, wanted: str, reason: str
) -> None:
    told = explained(request_at(name, marked), wanted)
    assert (told.reason, told.offered, told.recalled) == (reason, 0, False)
    assert [*told.timings_ms] == STAGES
    assert all(ms >= 0 for ms in told.timings_ms.values())
    assert "bans" in told.statistics


def test_what_is_offered_is_counted_and_has_no_reason() -> None:
    told = explained(request_at("hcl", "a = <|>\n"), "1")
    assert (told.reason, told.offered) == (None, 1)
    assert told.tokens > 0


def test_a_dead_end_has_a_reason_and_the_lexemes_that_may_stand_there() -> None:
    request = request_at("graphql", "type A { a: <|> }\n")
    told = explained(request, "= =")
    assert told.reason == NOT_MEANT
    assert told.expected == ExpectedLexemes(("`[`", "a name"))
    assert explained(replace(request, automatic=False, max_tokens=1), "[").offered == 1


def test_what_is_not_sure_enough_is_below_confidence() -> None:
    told = explained(replace(request_at("hcl", "a = <|>\n"), min_logprob=0.0), "1")
    assert (told.reason, told.offered) == (UNSURE, 0)
    assert "`[`" in told.expected.names


@pytest.mark.parametrize(
    ("name", "marked", "names"),
    [
        ("graphql", "type A { a: <|> }\n", ("`[`", "a name")),
        ("graphql", "type A { a<|> }\n", ("a name",)),
        ("hcl", "a {\n  b = <|>\n}\n", ("`[`", "an identifier", "a number")),
        ("hcl", "a = = 1\nb = <|>\n", ("`[`", "an identifier", "a number")),
    ],
)
def test_what_may_stand_at_a_cursor_or_go_on_there_is_named_as_in_messages(
    name: str, marked: str, names: tuple[str, ...]
) -> None:
    found = expected(name, marked)
    assert found.error is None
    assert set(names) <= set(found.names)


@pytest.mark.parametrize(
    ("marked", "error"),
    [
        ("{\n  a\n  b c d) e f] g: = = <|>\n}\n", ")"),
    ],
)
def test_where_an_error_leaves_no_place_what_was_expected_there_is_named(marked: str, error: str) -> None:
    request = request_at("graphql", marked)
    offset = marked.index(error)
    found = expected("graphql", marked)
    assert found.error == offset
    ((told, mistake),) = diagnostics.explain(request.landmarks.current, load_grammar(request.language))
    assert told.span.start == mistake.offset == offset
    assert "`:`" in found.names
    assert len(found.names) == len(mistake.expected)
    reason = explained(request, "h").reason
    assert reason is not None
    assert reason.startswith("syntax error before the cursor, at 3:8: expected one of ")


def test_a_message_and_an_explanation_of_an_error_name_the_same() -> None:
    marked = "type A {\n  b: = = = = = = = = = <|>\n}\n"
    request = request_at("graphql", marked)
    (told,) = diagnostics.diagnose(request.landmarks.current, load_grammar(request.language))
    assert told.message.endswith(" or ".join(expected("graphql", marked).names))


def test_in_a_comment_nothing_is_expected() -> None:
    assert expected("hcl", "a = 1 # b <|>\n") == ExpectedLexemes()


def test_what_was_answered_from_memory_says_so() -> None:
    request = request_at("hcl", "a = <|>\n")
    made = complete(request, ScriptedModel({"a = ": "1"}), lambda: False)
    recalled: Completion = replace(made, timings_ms={}, tokens=0)
    told = [explain(one, request.prefix_or_new, request.landmarks) for one in (made, recalled)]
    assert [one.recalled for one in told] == [False, True]
    assert [one.offered for one in told] == [1, 1]
