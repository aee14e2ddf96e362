"""A model that says what a test tells it to: the same `Model` protocol, no weights and no torch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lsp_server import cancellation
from lsp_server.decoding.model import Message, Vocabulary
from lsp_server.errors import DocumentError, ModelError
from lsp_server.text import Span, common, read_text

Script = Callable[[str], str | None]

WISH = 10.0  # logit of what is wanted
EACH = 4.0  # more of it for each byte that a token spells: the longest token is as good as sure
REST = -0.001  # logit of other ids, times the id: ties break towards the lower one


class ScriptedModel:
    """Prefers, after each text, the continuation that its script names; deterministic.

    `script` is one of

    - a function from the text so far (prefix and what has been generated) to the wanted continuation: ""
      asks for the end of the suggestion, None has no wish (all ids are about equal, the end a little
      better);
    - a mapping from an ending of the text to the continuation wanted there; it holds on while that is being
      spelled, and then the end is wanted. The longest match wins;
    - texts: the continuation of the text of which the text so far is a beginning, else of the longest
      ending of the text so far (its last 64 characters) that occurs in one of them.

    Ids 0 to 255 are the bytes, then come `tokens`, then the sentinels; `vocabulary.end` ends a suggestion.
    Of the tokens that spell the wanted text the longest is preferred, then the next shorter one. `calls`
    counts the calls of `next_logits`, `computed` the tokens that a cache would not have held; each call
    waits `delay` seconds. `at_once` is what `decoding.Model` says.
    """

    def __init__(
        self,
        script: Script | Mapping[str, str] | Sequence[str],
        tokens: Sequence[str | bytes] = (),
        *,
        name: str = "scripted",
        delay: float = 0.0,
        at_once: int = 1,
    ) -> None:
        self.name = name
        self.at_once = at_once
        self.delay = delay
        self.calls = 0
        self.computed = 0
        self._script = _script(script)
        self.vocabulary = _vocabulary(
            tuple(token.encode() if isinstance(token, str) else token for token in tokens)
        )
        self._suffix, self._prefix = self.vocabulary.end + 1, self.vocabulary.end + 2
        self._by_byte = _longest_first(self.vocabulary.tokens)
        self._flat = np.arange(len(self.vocabulary), dtype=np.float32) * np.float32(REST)
        self._held: list[int] = []
        self._spelled = b""

    @property
    def room(self) -> int:
        """None: what it is asked is the text, and nothing else."""
        return 0

    def chat(self, messages: Sequence[Message], begun: str = "") -> list[int] | None:
        """None: it follows no instructions."""
        return None

    def prompt(self, text: str, hole: Span, language_id: str) -> list[int]:
        """Return sentinel, suffix, sentinel, prefix; the language is not spelled."""
        prefix, suffix = text[: hole.start], text[hole.end :]
        encode = self.vocabulary.encode
        return [self._suffix, *encode(suffix), self._prefix, *encode(prefix)]

    def next_logits(
        self, tokens: Sequence[int], count: int = 1, cancelled: Callable[[], bool] = lambda: False
    ) -> NDArray[np.float32]:
        """Return the logits after each of the last `count` prefixes of `tokens`, (count, vocabulary)."""
        cancellation.check(cancelled)
        if self.delay:
            time.sleep(self.delay)
        self.calls += 1
        tokens = [*tokens]
        shared = common(tokens, self._held)
        self.computed += max(len(tokens) - shared, count)
        self._spell(tokens, shared)
        last = [len(self.vocabulary.tokens[token]) for token in tokens[len(tokens) - count + 1 :]]
        ends = [len(self._spelled) - sum(last[back:]) for back in range(count)]
        return np.stack([self._row(self._spelled[:end]) for end in ends])

    def _spell(self, tokens: list[int], shared: int) -> None:
        """Hold some tokens, and what those after the sentinel spell; so many of them were held already."""
        added = tokens[shared:]
        if shared < len(self._held) or self._prefix in added:
            added = tokens
            if self._prefix in added:
                added = added[len(added) - added[::-1].index(self._prefix) :]
            self._spelled = b""
        self._spelled += self.vocabulary.bytes_of(added)
        self._held = tokens

    def _row(self, spelled: bytes) -> NDArray[np.float32]:
        wanted = self._wanted(spelled)
        row = self._flat.copy()
        if not wanted:
            row[self.vocabulary.end] = WISH if wanted is not None else -REST
            return row
        for index in self._by_byte[wanted[0]]:
            token = self.vocabulary.tokens[index]
            if wanted.startswith(token):
                row[index] = WISH + EACH * len(token)
        return row

    def _wanted(self, spelled: bytes) -> bytes | None:
        text = spelled.decode(errors="ignore")
        begun = spelled[len(text.encode()) :] if spelled.startswith(text.encode()) else b""
        continuation = self._script(text)
        if continuation is None:
            return None
        wanted = continuation.encode(errors="replace")
        return wanted[len(begun) :] if wanted.startswith(begun) else None


@lru_cache(maxsize=16)
def _vocabulary(tokens: tuple[bytes, ...]) -> Vocabulary:
    """The bytes, some tokens, an end and what divides texts: one object, since a decoder is kept for it."""
    spelled = (*(bytes([byte]) for byte in range(256)), *tokens)
    by_byte, end = _longest_first(spelled), len(spelled)

    def encode(text: str) -> list[int]:
        """Take the longest token at each place, as no trained tokenizer would but every test can foresee."""
        data, at, ids = text.encode(errors="replace"), 0, list[int]()
        if end == 256:
            return [*data]
        while at < len(data):
            index = next(i for i in by_byte[data[at]] if data.startswith(spelled[i], at))
            ids.append(index)
            at += len(spelled[index])
        return ids

    return Vocabulary((*spelled, b"", b"", b""), frozenset((end, end + 1, end + 2)), end, encode)


def _longest_first(tokens: Sequence[bytes]) -> dict[int, list[int]]:
    """The ids of the tokens that begin with each byte."""
    found: dict[int, list[int]] = {}
    for index in sorted(range(len(tokens)), key=lambda index: -len(tokens[index])):
        if tokens[index]:
            found.setdefault(tokens[index][0], []).append(index)
    return found


def read_script(path: Path) -> ScriptedModel:
    """Read a model from a file: a JSON object with `endings`, a mapping from ending to continuation.

    Where it has them, `tokens` (a list of texts) and `delay` (seconds) are those of `ScriptedModel`.
    Raises ModelError if the file is missing or no such object.
    """
    try:
        content = json.loads(read_text(path))
        endings, tokens = content["endings"], content.get("tokens", [])
        if not all(isinstance(text, str) for text in (*endings.keys(), *endings.values(), *tokens)):
            raise TypeError
        return ScriptedModel(endings, tokens, name=path.stem, delay=float(content.get("delay", 0.0)))
    except DocumentError as error:
        raise ModelError(error.message, path=path, remedy=error.remedy) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        remedy = 'write {"endings": {"text before": "what to say"}}'
        raise ModelError("not a script for the scripted model", path=path, remedy=remedy) from None


def _script(script: Script | Mapping[str, str] | Sequence[str]) -> Script:
    if callable(script):
        return script
    if isinstance(script, Mapping):
        return lambda text: _from_endings(script, text)
    texts = (script,) if isinstance(script, str) else tuple(script)
    return lambda text: _from_texts(texts, text)


def _from_endings(endings: Mapping[str, str], text: str) -> str | None:
    best: tuple[int, str] | None = None
    for ending, continuation in endings.items():
        for spelled in range(len(continuation), -1, -1):
            if text.endswith(ending + continuation[:spelled]):
                length = len(ending) + spelled
                if best is None or length > best[0]:
                    best = length, continuation[spelled:]
                break
    return None if best is None else best[1]


def _from_texts(texts: Sequence[str], text: str) -> str | None:
    for known in texts:
        if known.startswith(text):
            return known[len(text) :]
    for length in range(min(len(text), 64), 0, -1):
        for known in texts:
            at = known.find(text[-length:])
            if at >= 0:
                return known[at + length :]
    return None
