"""Speaks with a server of models over HTTP: what is there, and texts as they are written.

All of it runs in one thread with an event loop of its own, so that what is not wanted any more ends at
once. It knows nothing of grammars or cursors.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx2 as httpx

from lsp_server.errors import ModelError
from lsp_server.models.remote.address import RemoteAddress, key_for

_CONNECT, _SILENT, _TOLD, _DONE = 2.0, 5.0, 2.0, 30.0
"""Seconds: to connect, between two pieces of a text, until a server tells of itself, until something is done:
an adapter loaded, all connections closed.
"""

_TRIES, _PAUSE, _LONGEST_PAUSE = 3, 0.15, 2.0
"""So often a server is asked that is busy or fails; after the first pause, in seconds, each is twice as
long.
"""

_LARGEST = 1 << 20
"""Characters of a text, and of a line of the stream."""


@dataclass(frozen=True, slots=True)
class RemotePiece:
    """What a server has written so far: a text, the log-probability of each of its tokens with where it
    begins.

    `failure` says why it ended before its end.
    """

    text: str = ""
    chances: tuple[tuple[int, float], ...] = ()
    done: bool = False
    failure: str | None = None


@dataclass(eq=False, slots=True)
class RemoteText:
    """A text that is being written, by `future`; who reads it waits for more of it."""

    _news: threading.Condition = field(default_factory=threading.Condition)
    _piece: RemotePiece = RemotePiece()
    future: Future[None] | None = None

    def add(self, piece: RemotePiece) -> None:
        """Take over what is written so far."""
        with self._news:
            self._piece = piece
            self._news.notify_all()

    def now(self) -> RemotePiece:
        """What is written so far."""
        with self._news:
            return self._piece

    def wait(self, seconds: float) -> RemotePiece:
        """Wait for more, so long at most."""
        with self._news:
            if not self._piece.done:
                self._news.wait(seconds)
            return self._piece

    def stop(self) -> None:
        """Nobody wants it any more: the connection is closed, so that the server stops too."""
        if self.future is not None:
            self.future.cancel()


class ModelServer:
    """A server, asked in a thread of its own. Its certificate is checked; redirections are not followed."""

    def __init__(self, address: RemoteAddress) -> None:
        """Raises ModelError where a key would be sent without encryption."""
        self.address = address
        key = key_for(address)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._loop = asyncio.new_event_loop()
        self._client: httpx.AsyncClient | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="remote", daemon=True)
        self._thread.start()

    def models(self) -> Mapping[str, int | None]:
        """The names of the models and adapters that the server has, each with the tokens of its window.

        A server need not tell the window, and vLLM does not of an adapter.

        Raises:
            ModelError: it does not say.

        """
        answer = self._answer("GET", "/v1/models", None, _TOLD)
        try:
            return {str(model["id"]): _window(model.get("max_model_len")) for model in answer["data"]}
        except (AttributeError, KeyError, TypeError):
            raise self._wrong("no list of models came back") from None

    def token_count(self, model: str, text: str) -> int | None:
        """How many tokens a text is to a model; None where the server does not tell."""
        body = {"model": model, "prompt": text, "add_special_tokens": False}
        try:
            return int(self._answer("POST", "/tokenize", body, _TOLD)["count"])
        except (ModelError, KeyError, TypeError, ValueError):
            return None

    def load_adapter(self, name: str, folder: str) -> None:
        """Have the server load an adapter from a folder of its machine.

        Raises:
            ModelError: it does not.

        """
        self._answer("POST", "/v1/load_lora_adapter", {"lora_name": name, "lora_path": folder}, _DONE)

    def write(self, body: Mapping[str, Any]) -> RemoteText:
        """Have a text written; it is there at once, and grows."""
        text = RemoteText()
        text.future = asyncio.run_coroutine_threadsafe(self._write(dict(body), text), self._loop)
        return text

    def close(self) -> None:
        """Let go of the connections and the thread."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(_DONE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def _wrong(self, reason: str) -> ModelError:
        return ModelError(reason, path=self.address.url, remedy="see whether the server runs")

    def _answer(self, method: str, path: str, body: object, seconds: float) -> Any:
        future = asyncio.run_coroutine_threadsafe(self._ask(method, path, body), self._loop)
        try:
            return future.result(seconds)
        except ModelError:
            raise
        except (TimeoutError, CancelledError):
            future.cancel()
            raise self._wrong("no answer in time") from None
        except (httpx.HTTPError, ValueError) as error:
            raise self._wrong(_told(error)) from None

    async def _ask(self, method: str, path: str, body: object) -> Any:
        response = await self._http().request(method, self.address.url + path, json=body)
        if response.status_code != 200:
            raise self._wrong(f"answered {response.status_code} to {path}")
        return response.json() if "json" in response.headers.get("content-type", "") else {}

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Timeout(_SILENT, connect=_CONNECT)
            self._client = httpx.AsyncClient(headers=self._headers, timeout=limits)
        return self._client

    async def _write(self, body: dict[str, Any], text: RemoteText) -> None:
        failure: str | None = None
        try:
            for count in range(_TRIES):
                failure, pause = await self._try(body, text)
                if pause is None or count + 1 == _TRIES:
                    break
                longest = min(max(pause, _PAUSE * 2**count), _LONGEST_PAUSE)
                await asyncio.sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311 - so that not all come at once
        except asyncio.CancelledError:
            failure = "stopped"
            raise
        except (
            Exception
        ) as error:  # whatever a server sends: the text ends here, and is tried as far as it came
            failure = _told(error)
        finally:
            last = text.now()
            text.add(RemotePiece(last.text, last.chances, done=True, failure=failure))

    async def _try(self, body: dict[str, Any], text: RemoteText) -> tuple[str | None, float | None]:
        """Ask once: what went wrong, if anything did, and after how many seconds it is worth another try."""
        try:
            async with self._http().stream(
                "POST", self.address.url + "/v1/completions", json=body
            ) as response:
                if response.status_code == 429 or response.status_code >= 500:
                    wait = response.headers.get("retry-after", "")
                    return f"answered {response.status_code}", float(wait) if wait.isdigit() else 0.0
                if response.status_code != 200:
                    return f"answered {response.status_code}", None
                return await _read(response, text), None
        except httpx.ConnectError as error:
            return _told(error), 0.0
        except httpx.HTTPError as error:
            return _told(error), None if text.now().text else 0.0


async def _read(response: httpx.Response, text: RemoteText) -> str | None:
    """Read a stream of events to its end; what was wrong with it, if anything was."""
    written, chances, began = "", list[tuple[int, float]](), monotonic()
    async for line in response.aiter_lines():
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            return None
        if len(line) + len(written) > _LARGEST or monotonic() - began > 60:
            return "wrote without end"
        try:
            choice = json.loads(data)["choices"][0]
            added = choice["text"]
            if not isinstance(added, str):
                raise TypeError
            logprobs = (choice.get("logprobs") or {}).get("token_logprobs") or []
            tokens = (choice.get("logprobs") or {}).get("tokens") or []
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            return "sent what is no answer"
        at = len(written)
        for token, chance in zip(tokens, logprobs, strict=False):
            if isinstance(chance, int | float) and isinstance(token, str):
                chances.append((at, float(chance)))
                at += len(token)
        written += added
        text.add(RemotePiece(written, tuple(chances)))
        if choice.get("finish_reason"):
            return None
    return "the connection was cut off"


def _window(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _told(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines or [type(error).__name__])[0][:200]
