"""A real vLLM, with the bundled model as its base and two adapters: it obeys the grammar, swaps adapters and
stops.

The server runs in an environment of its own, which `.ci/vllm DIR` makes; `HOLEGRAM_VLLM` names its Python.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import Request, urlopen

import pytest
from llguidance import LLMatcher, LLTokenizer

from lsp_server.agreement.judges import load_judge
from lsp_server.errors import HolegramError
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.health.model import try_model
from lsp_server.lab.material.cuts import Cut, rest_of_line
from lsp_server.languages import Language, load_registry
from lsp_server.models import ScriptedModel, adapters, load_model
from lsp_server.models.loading import BUNDLED, adapted
from lsp_server.models.remote.address import RemoteAddress
from lsp_server.models.remote.connection import ModelServer
from lsp_server.models.remote.model import RemoteModel
from lsp_server.syntax import Landmarks, parse
from tests.models.completions_server import Script, serving
from tests.models.test_adapters import SETTINGS, card, weights

PYTHON = os.environ.get("HOLEGRAM_VLLM")
pytestmark = pytest.mark.skipif(PYTHON is None, reason="no $HOLEGRAM_VLLM here, the Python that has vLLM")

BASE, GIVEN, TAKEN = "bundled", "given", "taken"
"""The base's name, and those of two adapters: the server is started with one, and takes the other while it
runs.
"""
LANGUAGES = ("graphql", "hcl", "postgres", "sparql")
CUTS, GRAMMAR = 12, "structured_outputs"
PROMPT = "type Book {"
PLAIN = {"prompt": PROMPT, "max_tokens": 24, "temperature": 0}
LOUD = 64.0
"""What an adapter adds is multiplied by this, and divided by its rank: so much, and all code is forgotten."""
WINDOW = 512
"""The base's, in tokens."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's data directory with two adapters, whose weights are drawn: what they say is no code."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        for seed, name in enumerate((GIVEN, TAKEN), 1):
            data = weights(seed)
            adapters.install(name, card(data), replace(SETTINGS, lora_alpha=LOUD), data)
        yield folder


@pytest.fixture(scope="module")
def url(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of vLLM, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("vllm") / "log"
    words = ["-m", "vllm.entrypoints.openai.api_server", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--model", str(BUNDLED), "--served-model-name", BASE, "--dtype", "float32"]
    words += ["--enable-prefix-caching", "--structured-outputs-config", '{"backend": "guidance"}']
    words += ["--enable-lora", "--max-loras", "2", "--max-lora-rank", "16"]
    words += ["--lora-modules", f"{GIVEN}={adapters.adapters_directory() / GIVEN}"]
    settings = {"VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
    offline = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"}
    with log.open("w") as told:
        server = subprocess.Popen(
            [str(PYTHON), *words], env={**os.environ, **settings, **offline}, stdout=told, stderr=told
        )
    try:
        while True:
            assert server.poll() is None, log.read_text()[-4_000:]
            try:
                urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5).close()
                break
            except OSError:
                time.sleep(1)
        url = f"http://127.0.0.1:{port}"
        # Its first text takes longer than the product waits for one.
        written(url, BASE, {**PLAIN, "logprobs": 1, GRAMMAR: {"grammar": "start: /a+/"}})
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def model(url: str) -> Iterator[RemoteModel]:
    made = load_model(f"vllm:{url}#{BASE}", threads=1)
    assert isinstance(made, RemoteModel)
    yield made
    made.close()


def cuts_of(language: Language) -> list[Cut]:
    """Places in the bundle's examples, between two words, where the rest of a line is taken out."""
    rng, texts = Random(3), list(language.examples.values())
    drawn = (rest_of_line(language, rng.choice(texts), rng) for _ in range(50 * CUTS))
    return list(islice((cut for cut in drawn if cut and cut.original[cut.start - 1] in " \n"), CUTS))


def count(url: str, what: str) -> float:
    """A sum of the server's own counters."""
    with urlopen(f"{url}/metrics", timeout=30) as answer:  # noqa: S310 - this machine's own
        told = answer.read().decode()
    return sum(float(value) for value in re.findall(rf"^vllm:{what}(?:{{.*}})? (\S+)$", told, re.MULTILINE))


def asked(language: Language, cut: Cut) -> CompletionRequest:
    landmarks = Landmarks(parse(language, cut.text))
    return CompletionRequest(cut.text, cut.start, language, landmarks, max_tokens=24)


def sent_at(language: Language, cut: Cut) -> list[dict[str, Any]]:
    """What is sent to a server to have the rest of a line written, but for the name of the model."""
    server = Script(window=WINDOW)
    with serving(server) as url:
        asks = RemoteModel(RemoteAddress(url, BASE), ScriptedModel({}))
        complete(asked(language, cut), asks, lambda: False)
        asks.close()
    return [body | {"stream": False} for body in server.bodies]


def written(url: str, name: str, body: Mapping[str, Any]) -> str:
    """What the server writes by a model or adapter."""
    data = json.dumps({**body, "model": name}).encode()
    request = Request(f"{url}/v1/completions", data, {"content-type": "application/json"})  # noqa: S310 - so is this
    with urlopen(request) as answer:  # noqa: S310 - this machine's own
        text = json.load(answer)["choices"][0]["text"]
    assert isinstance(text, str)
    return text


def begins(grammar: str, text: str) -> bool:
    """Whether a text begins one of a grammar, as llguidance reads both here."""
    bytes_alone = LLTokenizer("byte")
    matcher = LLMatcher(bytes_alone, LLMatcher.grammar_from_lark(grammar), log_level=0)
    return matcher.try_consume_tokens(tokens := bytes_alone.tokenize_str(text)) == len(tokens)


def test_doctor_finds_the_model(url: str) -> None:
    (state, model), _ = try_model(f"vllm:{url}#{BASE}")
    assert state.name.endswith(f"has {BASE}, which fills in the middle")
    assert isinstance(model, RemoteModel)
    model.close()
    (_, missing), (advice,) = try_model(f"vllm:{url}#other")
    assert missing is None
    assert f"no model 'other' (it has: {BASE}, {GIVEN}" in str(advice)


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_what_it_writes_is_suggested_and_breaks_no_file(
    url: str, model: RemoteModel, language_id: str
) -> None:
    language = load_registry().by_id(language_id)
    judge, told = load_judge(language), list[str]()
    model.notify = told.append
    before, made = count(url, "generation_tokens_total"), 0
    for cut in cuts_of(language):
        assert judge(cut.original).well_formed
        for item in complete(asked(language, cut), model, lambda: False).items:
            made += 1
            text = cut.text[: item.start] + item.text + cut.text[item.end :]
            assert judge(text).well_formed, text
    assert made > CUTS / 2
    assert told == []
    assert count(url, "generation_tokens_total") > before


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_it_obeys_the_grammar_that_goes_along(url: str, language_id: str) -> None:
    """What an adapter writes that knows no code fits where the grammar goes along, and else hardly ever."""
    language, held, free = load_registry().by_id(language_id), 0, 0
    asks = [body for cut in cuts_of(language) for body in sent_at(language, cut) if GRAMMAR in body]
    for body in asks:
        grammar = body[GRAMMAR]["grammar"]
        held += begins(grammar, written(url, GIVEN, body))
        free += begins(grammar, written(url, GIVEN, {key: body[key] for key in body if key != GRAMMAR}))
    assert held == len(asks) > CUTS / 2
    assert free < held / 2


def test_adapters_are_swapped_at_each_request(url: str, model: RemoteModel) -> None:
    """Asked for both at once, each says what it says alone; one of them comes while the server runs.

    The base is left out: vLLM without a GPU lends it an adapter's weights where one batch has both.
    """
    names = [model.with_adapter(name).name for name in (GIVEN, TAKEN)]
    alone = {name: written(url, name, PLAIN) for name in (BASE, *names)}
    assert len(set(alone.values())) == 3
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda name: (name, written(url, name, PLAIN)), names * 6))
    assert together == [(name, alone[name]) for name in names] * 6
    with pytest.raises(HolegramError, match="the server has no adapter 'other'"):
        model.with_adapter("other")


def test_an_adapter_says_there_what_it_says_here(url: str, model: RemoteModel) -> None:
    here = load_model(threads=1)
    prompt = here.vocabulary.encode(PROMPT)
    for name in (GIVEN, TAKEN):
        assert model.with_adapter(name).name == name
        best = int(adapted(here, name).next_logits(prompt)[-1].argmax())
        assert written(url, name, {**PLAIN, "max_tokens": 1}).encode() == here.vocabulary.tokens[best]


def test_it_stops_once_nobody_wants_its_text(url: str) -> None:
    server, most = ModelServer(RemoteAddress(url, BASE)), 400
    before = count(url, "generation_tokens_total")
    body = {"model": BASE, "prompt": "type", "max_tokens": most, "ignore_eos": True, "stream": True}
    text = server.write(body | {"logprobs": 1})
    while not text.wait(0.01).text:
        assert text.now().failure is None
    text.stop()
    while count(url, "num_requests_running"):
        time.sleep(0.05)
    assert 0 < count(url, "generation_tokens_total") - before < most
    server.close()
