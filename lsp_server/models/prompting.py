"""How a model is asked to fill in the middle: order of the parts, sentinels, cut to the window."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.errors import DocumentError, ModelError
from lsp_server.models.formats import format_of
from lsp_server.opening import read_bytes
from lsp_server.text import Span

RULE = "holegram.json"
CHARACTERS_PER_TOKEN = 4  # about; a text this long is tried against the room there is
_CERTAIN = 3  # characters that a token stands for in most code, at the least
RESERVE = 48  # tokens of the window kept for the suggestion


@dataclass(frozen=True, slots=True)
class PromptRule:
    """Ids of the parts of a prompt; an absent sentinel is empty.

    With `suffix_first` the prompt is head, language, SUFFIX part, PREFIX part: prefix and suggestion are one
    text, and what is known of it stays valid while the user types. Without: head, PREFIX part, SUFFIX part,
    middle. A rule without any sentinel is plain: head and prefix alone. `ends` are ids that end what is
    filled in, besides the one that ends every text.
    """

    window: int
    suffix_tokens: int
    prefix: tuple[int, ...] = ()
    suffix: tuple[int, ...] = ()
    middle: tuple[int, ...] = ()
    head: tuple[int, ...] = ()
    suffix_first: bool = False
    languages: Mapping[str, int] = field(default_factory=dict)
    other: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    @property
    def room(self) -> int:
        """About how many characters before a hole there is room for."""
        return max(self.window - RESERVE - self.suffix_tokens, 1) * _CERTAIN

    def build(self, encode: Callable[[str], list[int]], text: str, hole: Span, language_id: str) -> list[int]:
        """Return the prompt, at most `window` less the reserve; a long prefix loses its beginning."""
        tag = (self.languages[language_id],) if language_id in self.languages else self.other
        frame = [*self.head, *tag]
        after: list[int] = []
        if self.suffix:
            end = hole.end + self.suffix_tokens * 2 * CHARACTERS_PER_TOKEN
            after = [*self.suffix, *encode(text[hole.end : end])[: self.suffix_tokens]]
        room = self.window - RESERVE - len(frame) - len(after) - len(self.prefix) - len(self.middle)
        before = [*self.prefix, *_tail(encode, text, hole.start, max(room, 1))]
        return [*frame, *(after + before if self.suffix_first else before + after), *self.middle]


def _tail(encode: Callable[[str], list[int]], text: str, end: int, room: int) -> list[int]:
    """Encode as much of a text before an end as `room` tokens hold.

    The cut moves in steps of a quarter of the room and to the start of a line, so that it stays where it is
    for many keystrokes and the key-value cache with it.
    """
    limit = room * CHARACTERS_PER_TOKEN
    start = _steps(end - limit, max(limit // 4, 1))
    if start:
        line = text.find("\n", start, min(start + limit // 4, end)) + 1
        start = line or start
    ids = encode(text[start:end])
    return ids[_steps(len(ids) - room, max(room // 4, 1)) :]


def _steps(excess: int, step: int) -> int:
    return 0 if excess <= 0 else -(-excess // step) * step


def read_rule(path: Path, id_of: Callable[[str], int | None]) -> tuple[PromptRule, int]:
    """Read a `holegram.json`; return the rule and the id that ends a suggestion.

    Raises ModelError when the file is missing, malformed, or names a token that the tokenizer lacks.
    """

    def known(token: str) -> int:
        index = id_of(token)
        if index is None:
            raise ModelError(f"the tokenizer has no {token}", path=path, remedy="export the model again")
        return index

    try:
        content = json.loads(read_bytes(path))
        languages = {tag: known(token) for tag, token in content["languages"].items()}
        rule = PromptRule(
            window=int(content["window"]),
            suffix_tokens=int(content["suffix_tokens"]),
            prefix=(known(content["prefix"]),),
            suffix=(known(content["suffix"]),),
            suffix_first=True,
            languages=languages,
            other=(languages["other"],),
        )
        end = known(content["end"])
    except (DocumentError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(
            "the prompt rule cannot be read", path=path, remedy="export the model again"
        ) from error
    if rule.window < 2 * (RESERVE + rule.suffix_tokens):
        raise ModelError("the window is too small", path=path, remedy="export the model again")
    return rule, end


def guess_rule(
    id_of: Callable[[str], int | None], head: tuple[int, ...], window: int, name: str = ""
) -> PromptRule:
    """Return the rule of a model that brings none: by the tokens in its vocabulary, else prefix only."""
    found = format_of(lambda token: id_of(token) is not None, name)
    if found is None:
        return PromptRule(window, 0, head=head)

    def known(*tokens: str) -> tuple[int, ...]:
        return tuple(index for index in map(id_of, tokens) if index is not None)

    return PromptRule(
        window,
        min(128, window // 4),
        known(found.prefix),
        known(found.suffix),
        known(found.middle) if found.middle else (),
        head,
        found.suffix_first,
        ends=known(*found.ends),
    )
