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
from lsp_server.features.analogy import by_analogy
from lsp_server.features.attempt import CompletionRequest, guard_at
from lsp_server.features.once import repeated
from lsp_server.features.placing import CursorPlace, place_of
from lsp_server.features.renaming_examples import renamed, with_new_name
from lsp_server.lalr import check
from lsp_server.retrieval import Passage, PassageOrigin, telling, words_of
from lsp_server.syntax import parse

_LETTER = re.compile(r"\w")
_LINE_END = re.compile(r"\n(?!\r?\n)")
_MOST_NAMES = 60
"""Names in an example that are put for others."""

FAR, CLOSE, SURE = 0.2, 0.5, 0.75
"""Shares of the words of a wish. An example that has the first is written where nothing else is, one that has
the second is suggested below a comment, and one that has the third comes before what a model writes that
follows instructions. For nine of 60 wishes of strangers no example had the first; the nearest one then had at
most a fifth of what an answer must have.
"""

_MOST_TRIED = 6
"""Examples that are tried."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """A text made of an example.

    `share` of the words of a wish were said of the example or stand in it, or name what exists.
    """

    text: str
    share: float
    passage: Passage


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is wished, and the words of it that tell something."""

    text: str
    words: Sequence[str]


def adapted(request: CompletionRequest) -> Iterator[Adapted]:
    """The texts that examples make at a cursor for what is wished there, the nearest first.

    Each leaves the document as sound as it is.
    """
    if request.looked_up is None or not request.looked_up.question.wish:
        return
    said = request.looked_up.question.wish
    wish = _Wish(said, list(dict.fromkeys(filter(telling, words_of(said)))))
    passages = [one.passage for one in request.looked_up.found if one.passage.code.strip()]
    ranked = sorted(passages, key=lambda one: -_about(wish, one, one.code))
    seen: set[str] = set()
    for passage in ranked[:_MOST_TRIED]:
        example = passage.code.strip("\n")
        plain = _with_existing(request, example, wish)
        texts = [plain]
        if _is_near(passage, wish):
            texts.insert(0, _with_existing(request, by_analogy(example, passage.said, said), wish))
        for text in dict.fromkeys(texts):
            new = _with_new_name(request, text, passage, wish)
            is_there = passage.origin is PassageOrigin.WORKSPACE and new == example
            fitting = None if is_there or new in seen else as_it_fits(request, _indented(request, new))
            if fitting is not None:
                seen.add(new)
                yield Adapted(fitting, _about(wish, passage, plain), passage)
                break


def _is_near(passage: Passage, wish: _Wish) -> bool:
    """Whether what is said of a passage and what is wished share half of their words at least."""
    said = {*filter(telling, words_of(passage.said))}
    return 2 * len(said.intersection(wish.words)) >= max(len(said), len(wish.words))


def _with_existing(request: CompletionRequest, text: str, wish: _Wish) -> str:
    """An example with names that exist in place of those that do not, those first that a wish is about."""
    if request.names is None:
        return text
    text = renamed(request.language, text, wish.text, request.names)
    return _without_strays(request, text, wish.words)


def _with_new_name(request: CompletionRequest, text: str, passage: Passage, wish: _Wish) -> str:
    """An example in which what is new is called by words of the wish."""
    if request.names is None:
        return text
    return with_new_name(request.language, text, passage.said, wish.text, request.names)


def as_it_fits(request: CompletionRequest, text: str) -> str | None:
    """A text as it fits in its place: as it is, or on lines of its own; None if it does not.

    Lines that say again what may stand once, such as a prefix that the file has, are left out.
    """
    text = _without_repetition(request, text)
    ways = (text, f"{text}\n", f"\n{text}", f"\n{text}\n")
    return next((way for way in ways if _fits(request, way)), None) if text.strip() else None


def _without_repetition(request: CompletionRequest, text: str) -> str:
    """A text without the lines in which a name stands again that may stand once, there or in the document."""
    whole = request.text[: request.offset] + text + request.text[request.offset :]
    again = [span.start - request.offset for _, span in repeated(parse(request.language, whole))[0]]
    kept, end = "", 0
    for line in text.splitlines(keepends=True):
        start, end = end, end + len(line)
        kept += "" if any(start <= place < end for place in again) else line
    return kept


def _fits(request: CompletionRequest, text: str) -> bool:
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


def _about(wish: _Wish, passage: Passage, code: str) -> float:
    """How much of a wish an example is about. Of a person's own code, what is said of it counts."""
    own = passage.origin is PassageOrigin.WORKSPACE
    has = {*words_of(passage.said if own else f"{passage.said} {code}")}
    return sum(word in has for word in wish.words) / len(wish.words) if wish.words else 0.0


def _without_strays(request: CompletionRequest, text: str, wish: Sequence[str]) -> str:
    """A text in which each name that exists nowhere is put for one that does, as far as any fits."""
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
