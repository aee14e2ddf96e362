"""A model on a server: what it writes is shown only where it fits, and whatever goes wrong, suggestions go
on.
"""

from __future__ import annotations

from collections.abc import Callable

import graphql
import pytest

from lsp_server.errors import HolegramError
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.health.model import try_model
from lsp_server.languages import load_registry
from lsp_server.models.remote.address import KEY, RemoteAddress, key_for, parse_address
from lsp_server.models.remote.model import RemoteModel
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.models.completions_server import Script, serving

TEXT = "type Book {\n  title: \n}\n"
AT = TEXT.index(": ") + 2
LOCAL = {"title:": " Int", "S": "tring"}


def ask(
    url: str, text: str = TEXT, at: int = AT, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Completion, list[str]]:
    """A suggestion of a remote model, where this machine's says `Int`; what it told."""
    told: list[str] = []
    model = RemoteModel(RemoteAddress(url, "tiny"), ScriptedModel(LOCAL))
    model.notify = told.append
    language = load_registry().by_id("graphql")
    request = CompletionRequest(text, at, language, Landmarks(parse(language, text)), max_tokens=12)
    try:
        return complete(request, model, cancelled), told
    finally:
        model.close()


def joined(made: Completion, text: str = TEXT) -> str:
    (item,) = made.items
    return text[: item.start] + item.text + text[item.end :]


def test_what_the_server_writes_is_suggested() -> None:
    script = Script(" String!")
    with serving(script) as url:
        made, told = ask(url)
    assert joined(made) == "type Book {\n  title: String!\n}\n"
    assert told == []
    body = script.bodies[0]
    assert body["model"] == "tiny"
    assert body["prompt"] == "type Book {\n  title:"
    assert body["structured_outputs"]["grammar"].startswith("%llguidance")


def test_a_small_window_is_sent_what_it_has_room_for() -> None:
    text = TEXT + "# so it goes on\n" * 200
    whole, small = Script("Int"), Script("Int", window=200)
    for script in (whole, small):
        with serving(script) as url:
            ask(url, text + TEXT, len(text) + AT)
    assert whole.bodies[0]["prompt"] == text + "type Book {\n  title:"
    prompt, asked = small.bodies[0]["prompt"], small.bodies[0]["max_tokens"]
    assert 0 < len(prompt) <= 2 * (200 - asked)
    assert whole.bodies[0]["prompt"].endswith(prompt)


@pytest.mark.parametrize(
    "written", ["}}} {", "String! extra: ) oops", "\u0000\u0001", "{" * 400, "a: B\n" * 50]
)
def test_text_that_breaks_the_grammar_breaks_no_file(written: str) -> None:
    with serving(Script(written)) as url:
        made, _ = ask(url)
    for item in made.items:
        graphql.parse(TEXT[: item.start] + item.text + TEXT[item.end :])


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script("Float", statuses=[500] * 9), "answered 500"),
        (Script("Float", statuses=[429] * 9), "answered 429"),
        (Script("Float", statuses=[404]), "answered 404"),
        (Script("Float", cut_after=0), "cut off"),
        (Script("Float", cut_after=0, garbled=True), "what is no answer"),
    ],
)
def test_where_the_server_fails_this_machine_steps_in_and_one_line_says_so(
    script: Script, reason: str
) -> None:
    with serving(script) as url:
        made, told = ask(url)
    assert joined(made) == "type Book {\n  title: Int\n}\n"
    assert len(told) == 1
    assert reason in told[0]


def test_no_server_at_all_is_one_line_too() -> None:
    made, told = ask("http://127.0.0.1:9")
    assert joined(made) == "type Book {\n  title: Int\n}\n"
    assert len(told) == 1


def test_a_server_that_is_busy_is_asked_again() -> None:
    script = Script("Float", statuses=[503, 429])
    with serving(script) as url:
        made, told = ask(url)
    assert joined(made) == "type Book {\n  title: Float\n}\n"
    assert len(script.bodies) == 3
    assert told == []


def test_text_that_was_cut_off_is_used_as_far_as_it_came() -> None:
    with serving(Script(" Strin", cut_after=6)) as url:
        made, _ = ask(url)
    graphql.parse(joined(made))


def test_a_slow_server_is_stopped_once_nobody_wants_its_text() -> None:
    script = Script("Float" * 1_000, delay=0.02)
    with serving(script) as url:
        made, told = ask(url, cancelled=lambda: script.written > 3)
        assert made.items == ()
        assert script.closed.wait(60), "the server writes on"
        assert script.written < 1_000
    assert told == []


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsp_server.models.remote.model._PATIENCE", 0.1)
    with serving(Script("Float", delay=60)) as url:
        made, told = ask(url)
    assert joined(made) == "type Book {\n  title: Int\n}\n"
    assert "no answer in time" in told[0]


def test_a_server_that_tells_nothing_of_itself_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lsp_server.models.remote.connection._TOLD", 0.1)
    script = Script("Float", mute=True)
    with serving(script) as url:
        made, told = ask(url)
        script.closed.set()
    assert joined(made) == "type Book {\n  title: Int\n}\n"
    assert len(told) == 1
    assert "no answer in time" in told[0]
    assert script.bodies == []


def test_within_a_word_the_server_goes_on_from_the_letters() -> None:
    script = Script("tring")
    with serving(script) as url:
        made, _ = ask(url, TEXT.replace(": ", ": S"), AT + 1)
    assert made.items[0].text == "tring"
    assert "structured_outputs" not in script.bodies[0]


def test_doctor_tells_how_soon_a_server_answers_or_why_it_is_no_use() -> None:
    with serving(Script()) as url:
        (state, model), advice = try_model(f"vllm:{url}#tiny")
        assert isinstance(model, RemoteModel)
        model.close()
        assert "has tiny" in state.name
        assert state.load_seconds is not None
        assert advice == ()
        (_, model), (wrong,) = try_model(f"vllm:{url}#other")
        assert model is None
        assert "no model 'other'" in wrong.text


def test_an_adapter_is_a_model_of_the_server() -> None:
    with serving(Script("Int")) as url:
        fresh = RemoteModel(RemoteAddress(url, "tiny"), ScriptedModel({}))
        assert fresh.with_adapter("tiny-adapter").name == "tiny-adapter"
        with pytest.raises(
            HolegramError, match=r"the server has no adapter 'other' \(it has: tiny, tiny-adapter\)"
        ):
            fresh.with_adapter("other")
        assert "has tiny" in fresh.probe()
        fresh.close()


@pytest.mark.parametrize(
    "wrong",
    [
        "vllm:",
        "vllm:ftp://a#b",
        "vllm:https://a",
        "vllm:https://a#",
        "vllm:https://u:p@a#b",
        "vllm:https://a#b c",
        "vllm:https://[a#b",
        "vllm:https://a:99999999#b",
    ],
)
def test_a_wrong_address_is_one_line(wrong: str) -> None:
    with pytest.raises(HolegramError) as caught:
        parse_address(wrong)
    assert "\n" not in str(caught.value)
    assert "u:p" not in str(caught.value)


def test_an_address_is_read() -> None:
    assert parse_address("vllm:https://gpu.example:8000/v1#qwen") == RemoteAddress(
        "https://gpu.example:8000", "qwen"
    )


def test_a_key_is_sent_as_a_header_and_never_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "abc")
    assert key_for(RemoteAddress("https://gpu.example", "a")) == "abc"
    with pytest.raises(HolegramError, match="without encryption"):
        key_for(RemoteAddress("http://gpu.example", "a"))
    script = Script("Int")
    with serving(script) as url:
        ask(url)
    assert script.headers[0]["Authorization"] == "Bearer abc"
