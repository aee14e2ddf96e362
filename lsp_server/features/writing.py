"""Writes what somebody asks for in words: in a language that is given, or at a place in a text.

The text always can be read by the grammar and is complete. A model that follows instructions is told of the
nearest examples; with another one, an example is adapted, if one is about what is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lsp_server.decoding import Model
from lsp_server.features.adapting import CLOSE, FAR, SURE, adapted, as_it_fits
from lsp_server.features.attempt import CompletionRequest, Suggestion
from lsp_server.features.completion import Completion, complete
from lsp_server.features.reasons import NO_EXAMPLE
from lsp_server.features.wishing import follows
from lsp_server.languages import Language
from lsp_server.names.existing import Existing
from lsp_server.retrieval import LookedUp
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Span

NOTHING_CAN_BE_WRITTEN = "nothing that the language can say was found for this"
_CODE = 3_000
"""Characters of code that is to be changed that a model is told."""

NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class WriteRequest:
    """What to write: an `instruction`, and where: `span` of the `text` is replaced, be it empty.

    `names` are those that exist, if that counts; `looked_up` are passages that are about the same.
    """

    instruction: str
    language: Language
    text: str = field(default="", repr=False)
    span: Span = NOWHERE
    candidates: int = 1
    max_tokens: int = 256
    names: Existing | None = field(default=None, repr=False)
    looked_up: LookedUp | None = field(default=None, repr=False)
    limit_ms: float = math.inf


@dataclass(frozen=True, slots=True)
class CodeFromWords:
    """One text, and who wrote it: `model`, or `example`, which was adapted from one that is named."""

    text: str
    by: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class WrittenCode:
    """The texts, best first; a `reason` where there are none."""

    items: tuple[CodeFromWords, ...]
    reason: str | None = None

    def suggested_at(self, offset: int, language_id: str) -> Completion:
        """The same as suggestions for a cursor, which somebody has asked for."""
        items = tuple(Suggestion(one.text, offset, offset, 0.0, one.by) for one in self.items)
        return Completion(language_id, offset, items, {}, 0, self.reason, {})


def write(
    request: WriteRequest,
    model: Model,
    cancelled: Callable[[], bool] = lambda: False,
    wrote: Callable[[str], None] = lambda text: None,
) -> WrittenCode:
    """Texts that do what is asked, so many at most; each fits where it is to stand.

    `wrote` is told what is written so far. Once it is `cancelled` there are none.

    Raises:
        GrammarError: the bundle's grammar cannot be used.

    """
    text = request.text[: request.span.start] + request.text[request.span.end :]
    base = CompletionRequest(
        text,
        request.span.start,
        request.language,
        Landmarks(parse(request.language, text)),
        max_tokens=request.max_tokens,
        candidates=request.candidates,
        multiline=True,
        limit_ms=request.limit_ms,
        names=request.names,
        looked_up=request.looked_up,
        instruction=_with_code(request),
        wrote=wrote,
    )
    found: dict[str, CodeFromWords] = {}
    for one in _texts(base, model, cancelled):
        if cancelled():
            return WrittenCode((), "it was cancelled")
        found.setdefault(one.text, one)
        if len(found) == request.candidates:
            break
    reason = NOTHING_CAN_BE_WRITTEN if follows(model) else NO_EXAMPLE
    return WrittenCode(tuple(found.values()), None if found else reason)


def _with_code(request: WriteRequest) -> str:
    """The instruction, with the code that is to be changed."""
    code = request.text[request.span.start : request.span.end][:_CODE]
    return f"{request.instruction}\n\nChange this code:\n{code}" if code.strip() else request.instruction


def _texts(
    request: CompletionRequest, model: Model, cancelled: Callable[[], bool]
) -> Iterator[CodeFromWords]:
    """What may be written, the likeliest first; as little is worked out as is asked for."""
    examples = [
        (one.share, CodeFromWords(one.text, "example", f"{one.passage.name}:{one.passage.line}"))
        for one in adapted(request)
    ]
    yield from (one for share, one in examples if share >= (SURE if follows(model) else CLOSE))
    if follows(model):
        for item in complete(request, model, cancelled).items:
            text = as_it_fits(request, item.text.strip("\n"))
            if text is not None:
                yield CodeFromWords(text, "model")
    yield from (one for share, one in examples if share >= FAR)
