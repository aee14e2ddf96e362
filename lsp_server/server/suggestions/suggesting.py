"""What is done for suggestions in the model's thread. Knows neither the protocol nor when it is wanted.

The features are imported where they are used: they bring the mask engine and the grammar's rooms, which
diagnostics and a quick start do without.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lsp_server import cancellation
from lsp_server.features.recall import Wanted
from lsp_server.lazy_imports import TURN
from lsp_server.server.convert import path_of
from lsp_server.server.documents.session import LONG, Document
from lsp_server.text import Span

if TYPE_CHECKING:
    from lsp_server.decoding.model import Model
    from lsp_server.features.completion import Completion
    from lsp_server.features.lists.expecting import Expected
    from lsp_server.features.writing import WrittenCode
    from lsp_server.names.existing import Existing
    from lsp_server.retrieval import PassageStore

_WRITING_MS = 60_000.0
"""A model that follows instructions may write for so many milliseconds: who waits sees it, and can cancel."""


def complete(
    document: Document,
    beside: Sequence[str],
    offset: int,
    wanted: Wanted,
    model: Model,
    stop: threading.Event,
    limit_ms: float = math.inf,
    typed_away: frozenset[str] = frozenset(),
    names: Existing | None = None,
    store: PassageStore | None = None,
) -> Completion | None:
    """A suggestion, in so many milliseconds at most; none where it was stopped before it was begun."""
    with TURN:
        from lsp_server.features.completion import CompletionRequest
        from lsp_server.features.completion import complete as complete_at
        from lsp_server.features.extent import opens_block
        from lsp_server.features.preparing import learn
        from lsp_server.retrieval import Question, look_up

    if stop.is_set():
        return None
    language, landmarks, prefix = document.language, document.landmarks(), document.prefix()
    if language is None or landmarks is None or prefix is None:
        return None
    learn(language)  # Done once; the time that a suggestion may take begins after it.
    if stop.is_set():
        return None
    own = str(path_of(document.snapshot.uri))
    request = CompletionRequest(
        text=document.snapshot.text,
        offset=offset,
        language=language,
        landmarks=landmarks,
        prefix=prefix,
        max_tokens=wanted.max_tokens,
        candidates=wanted.candidates,
        multiline=opens_block(language, prefix, landmarks, offset),
        beside=beside,
        min_logprob=wanted.min_logprob,
        automatic=wanted.automatic,
        typed_away=typed_away,
        limit_ms=limit_ms,
        deleted=wanted.deleted,
        in_editor=True,
        names=names,
        looked_up=look_up(Question(language, document.snapshot.text, offset), store, own),
    )
    return complete_at(request, model, stop.is_set)


def write(
    document: Document,
    span: Span,
    instruction: str,
    model: Model,
    stop: threading.Event,
    limit_ms: float = math.inf,
    names: Existing | None = None,
    store: PassageStore | None = None,
) -> WrittenCode | None:
    """What somebody asks for in words, in place of a span; None where it was stopped before it was begun.

    It may take as long as any suggestion, and longer from a model that follows instructions.
    """
    with TURN:
        from lsp_server.features.writing import WriteRequest
        from lsp_server.features.writing import write as write_it
        from lsp_server.retrieval import PassageStore, Question, bundle_texts, look_up

    language, text = document.language, document.snapshot.text
    if stop.is_set() or language is None:
        return None
    if store is None:  # nothing was read yet: the bundle's own docs and examples are soon read
        store = PassageStore(language, None)
        store.update(bundle_texts(language))
    own = str(path_of(document.snapshot.uri))
    looked_up = look_up(Question(language, instruction=instruction), store, own)
    limit_ms = limit_ms if model.chat([]) is None else _WRITING_MS
    request = WriteRequest(
        instruction, language, text, span, names=names, looked_up=looked_up, limit_ms=limit_ms
    )
    return write_it(request, model, stop.is_set)


def prepare(document: Document, offset: int, model: Model, stop: threading.Event) -> None:
    """Make a place ready at which something may be typed."""
    with TURN:
        from lsp_server.features.preparing import settle

    if stop.is_set():
        return
    landmarks, prefix = document.landmarks(), document.prefix()
    if landmarks is not None and prefix is not None:
        settle(landmarks, prefix, offset, model)


def rehearse(
    document: Document, beside: Sequence[str], model: Model, stop: threading.Event, *, suggested: bool
) -> None:
    """Suggest something that nobody sees, and find out what a first list or suggestion has to.

    Nothing is suggested where something was `suggested` in the document before.
    """
    with TURN:
        from lsp_server.features.preparing import learn

    if not suggested:
        end = len(document.snapshot.text)
        complete(document, beside, end, Wanted(max_tokens=1, automatic=True), model, stop)
    if document.language is not None and not stop.is_set():
        if len(document.snapshot.text) <= LONG:
            document.names()
        learn(document.language)


def expected(
    document: Document,
    offset: int,
    model: Model,
    beside: Sequence[str],
    stop: threading.Event,
    late: Callable[[], bool],
) -> Expected | None:
    """What the model expects at a place, as far as it can be asked before it is `late`; None in no language.

    Raises:
        StoppedError: it was stopped.

    """
    with TURN:
        from lsp_server.features.lists.expecting import Expected

    cancellation.check(stop.is_set)
    if document.language is None:
        return None
    text, language = document.snapshot.text, document.language
    return Expected(text, offset, language, model, beside, stop.is_set, late)
