"""Makes of an example what somebody asked for in words: the nearest one, with the names that exist.

An example that has the words of a wish is a good part of the answer, also for a model that follows no
instructions. Names in it that exist nowhere are put for those that exist, such as the wish names, first. Each
text was read with the grammar in its place. Must not know a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lsp_server.constraint import load_grammar
from lsp_server.features.attempt import CompletionRequest, guard_at
from lsp_server.features.placing import CursorPlace, place_of
from lsp_server.features.renaming_examples import renamed
from lsp_server.lalr import check
from lsp_server.retrieval import Passage, PassageOrigin, telling, words_of
from lsp_server.syntax import parse

_LETTER = re.compile(r"\w")
_LINE_END = re.compile(r"\n(?!\n)")
_MOST_NAMES = 60
"""Names in an example that are put for others."""

CLOSE, SURE = 0.5, 0.75
"""An example with so many of the words of a wish comes before what a model makes up that follows no
instructions, and before what one does that follows them."""

_MOST_TRIED = 6
"""Examples that are tried."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """A text made of an example; `share` of the words of a wish stand in it, or were said of it."""

    text: str
    share: float
    passage: Passage


def adapted(request: CompletionRequest) -> Iterator[Adapted]:
    """The texts that examples make at a cursor for what is wished there, the nearest first.

    Each leaves the document as sound as it is.
    """
    if request.looked_up is None or not request.looked_up.question.wish:
        return
    wish = list(dict.fromkeys(filter(telling, words_of(request.looked_up.question.wish))))
    passages = [one.passage for one in request.looked_up.found if one.passage.code.strip()]
    ranked = sorted(passages, key=lambda one: -_about(wish, one))
    seen: set[str] = set()
    for passage in ranked[:_MOST_TRIED]:
        text = passage.code.strip("\n")
        if request.names is not None:
            said = request.looked_up.question.wish
            text = renamed(request.language, text, passage.said, said, request.names)
        text = _with_names(request, text, wish)
        is_there = passage.origin is PassageOrigin.WORKSPACE and text == passage.code.strip("\n")
        text = _indented(request, text)
        if not is_there and text not in seen and fits(request, text):
            seen.add(text)
            yield Adapted(text, _about(wish, passage, text), passage)


def fits(request: CompletionRequest, text: str) -> bool:
    """Whether a text can stand at the cursor and leaves the document as sound as it is."""
    whole = request.text[: request.offset] + text + request.text[request.offset :]
    grammar = load_grammar(request.language)
    if check(grammar, whole) is None:
        return True
    if check(grammar, request.text) is None or check(grammar, text) is not None:
        return False
    before, after = (parse(request.language, one).error_count for one in (request.text, whole))
    return after <= before


def _indented(request: CompletionRequest, text: str) -> str:
    """A text whose lines begin where the cursor does, if nothing but blanks stands before it."""
    line = request.text[request.text.rfind("\n", 0, request.offset) + 1 : request.offset]
    return text if line.strip() else _LINE_END.sub(f"\n{line}", text)


def _about(wish: Sequence[str], passage: Passage, text: str = "") -> float:
    """How much of a wish an example is about. Of a person's own code, what is said of it counts."""
    code = text or passage.code
    own = passage.origin is PassageOrigin.WORKSPACE
    return _share(wish, passage.said if own else f"{passage.said} {code}")


def _share(wish: Sequence[str], text: str) -> float:
    has = {*words_of(text)}
    return sum(word in has for word in wish) / len(wish) if wish else 0.0


def _with_names(request: CompletionRequest, text: str, wish: Sequence[str]) -> str:
    """A text in which each name that exists nowhere is put for one that does, as far as any fits."""
    if request.names is None:
        return text
    prefix = request.prefix_or_new
    place = place_of(prefix, request.landmarks, request.offset, request.offset)
    guard = guard_at(request, place, request.landmarks.edited) if isinstance(place, CursorPlace) else None
    if guard is None:
        return text
    put: dict[str, str] = {}
    for _ in range(_MOST_NAMES):
        stray = guard.stray(text, whole=True)
        if stray is None or stray.start < 0 or not stray.texts:
            break
        letter = _LETTER.search(text, stray.start)
        word = re.compile(request.language.word).match(text, letter.start() if letter else len(text))
        end = word.end() if word else stray.start + 1
        closer = stray.texts[0][-1:]
        if not closer.isalnum() and closer in text[stray.start : end]:
            end = text.index(closer, stray.start) + 1
        old = text[stray.start : end]
        new = put.setdefault(old, _nearest(old, stray.texts, wish, {*put.values()}))
        if new == old:
            break
        text = text[: stray.start] + new + text[end:]
    return text


def _nearest(old: str, names: Sequence[str], wish: Sequence[str], taken: set[str]) -> str:
    """The name of some that the wish is most about, else the one that is most like another."""
    own = {*words_of(old)}

    def rank(name: str) -> tuple[int, int, bool, int]:
        has = {*words_of(name)}
        return -len(has.intersection(wish)), -len(has & own), name in taken, len(has)

    return min(names, key=rank)
