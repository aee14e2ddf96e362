"""What a model writes at a cursor with ever more of the constraint: alone, held to the left, to both sides.

The prompt is always the product's, so that what differs comes from the constraint and from nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from lsp_server.constraint import Oracle, Prefix, load_grammar
from lsp_server.decoding import Candidate, Model, Statistics, Task, heal_start
from lsp_server.decoding.tokenset import likeliest
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.placing import CursorPlace, place_of
from lsp_server.features.preparing import decoder_of, left_holes_at, sources_at
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Span

_AFTER = 40
_MEETING = 16


class ConstraintLevel(StrEnum):
    """How much a model is held to: each level adds to the one before."""

    OFF = "off"
    LEFT = "left"
    BOTH = "both"
    NAMES = "names"
    NEARBY = "nearby"


@dataclass(frozen=True, slots=True)
class FreeText:
    """What a model writes by itself; `asked` counts the times that it was asked for a token."""

    text: str
    asked: int


def free_text(request: CompletionRequest, model: Model, cancelled: Callable[[], bool]) -> FreeText:
    """What a model says by itself: its likeliest token each time.

    The half-typed word is spelled again, and the text ends, as the product does it (`decoding.path`): at the
    model's end token, at a new line where one line is asked for, where it goes on as what follows the cursor
    does, or with the budget.

    Raises:
        StoppedError: it was cancelled.

    """
    tokens, index = model.vocabulary.tokens, decoder_of(model).index
    before, after = request.text[: request.offset], request.text[request.offset :]
    heal = heal_start(before, request.offset)
    prompt = model.prompt(request.text, Span(heal, request.offset), request.language.id)
    wanted, spelled, asked, spent = before[heal:].encode("utf-8", "replace"), b"", 0, 0
    logits_after = partial(model.next_logits, cancelled=cancelled)
    while spent < request.max_tokens:
        logits = logits_after(prompt)[-1]
        asked += 1
        left = wanted[len(spelled) :]
        token = next(likeliest(logits, index.compatible(left)), None) if left else int(logits.argmax())
        if token is None or not tokens[token]:
            break
        breaks = not request.multiline and tokens[token].lstrip(b" \t")[:1] in (b"\n", b"\r")
        if not left and (breaks or _meets(model, prompt, token, after)):
            break
        prompt = [*prompt, token]
        spelled += tokens[token]
        spent += not left
        if not request.multiline and b"\n" in spelled[len(wanted) :]:
            break
    text = spelled[len(wanted) :].decode("utf-8", "ignore")
    if not request.multiline:
        text = re.split(r"[\r\n]", text, maxsplit=1)[0]
    return FreeText(text.rstrip(" \t"), asked)


def _meets(model: Model, prompt: list[int], token: int, after: str) -> bool:
    """Whether the model, beginning with a token, writes what follows the cursor."""
    wanted, written = after[:_MEETING].encode("utf-8", "replace"), b""
    while len(wanted) >= _MEETING and (spelled := model.vocabulary.tokens[token]):
        written += spelled
        if not (wanted.startswith(written) or written.startswith(wanted)) or not written.strip():
            return False
        if len(written) >= len(wanted):
            return True
        prompt = [*prompt, token]
        token = int(model.next_logits(prompt)[-1].argmax())
    return False


def left_text(
    request: CompletionRequest,
    model: Model,
    statistics: Statistics,
    cancelled: Callable[[], bool],
    landmarks: Landmarks | None = None,
) -> Candidate | None:
    """What the product's decode loop writes if it is held to what may follow the text before the cursor.

    Mask and oracle look at no lexeme after the cursor, so that every beginning of a text that could be valid
    may be written, and end anywhere. `landmarks` are those of the text before the cursor, if they are known.
    """
    before, after, offset = request.text[: request.offset], request.text[request.offset :], request.offset
    grammar = load_grammar(request.language)
    landmarks = Landmarks(parse(request.language, before)) if landmarks is None else landmarks
    place = place_of(Prefix(grammar, before), landmarks, offset, heal_start(before, offset))
    if not isinstance(place, CursorPlace):
        return None
    nearby, others = sources_at(request.text, Span(place.heal, offset), request.beside)
    task = Task(
        prompt=model.prompt(request.text, Span(place.heal, offset), request.language.id),
        holes=left_holes_at(request.language, before, place),
        heal=before[place.heal :],
        oracle=Oracle(grammar, before, place.state),
        max_tokens=request.max_tokens,
        multiline=request.multiline,
        after=after[:_AFTER],
        before=nearby,
        others=others,
    )
    return next(iter(decoder_of(model).decode(task, 1, cancelled, statistics)), None)


def text_at(
    level: ConstraintLevel, request: CompletionRequest, model: Model, cancelled: Callable[[], bool]
) -> str:
    """What a model writes at a cursor where it is held to so much of what a request asks for; "" for nothing.

    Where the product would show nothing by itself, it is what it shows to a person who asks.

    Raises:
        StoppedError: it was cancelled.

    """
    levels = [*ConstraintLevel]
    if levels.index(level) < levels.index(ConstraintLevel.NEARBY):
        request = replace(request, beside=None)
    if levels.index(level) < levels.index(ConstraintLevel.NAMES):
        request = replace(request, names=None)
    match level:
        case ConstraintLevel.OFF:
            return free_text(request, model, cancelled).text
        case ConstraintLevel.LEFT:
            found = left_text(request, model, Statistics(), cancelled)
            return "" if found is None else found.text
        case _:
            asked = replace(request, automatic=False)
            items = complete(request, model, cancelled).items or complete(asked, model, cancelled).items
            return items[0].text if items else ""
