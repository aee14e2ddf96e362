"""What a comment just above the cursor asks for: an example that is about it, or what a model makes of it."""

from __future__ import annotations

from dataclasses import replace

from lsp_server.decoding import Model
from lsp_server.features.adapting import adapted
from lsp_server.features.attempt import CompletionRequest, Suggestion
from lsp_server.features.eagerness import Eagerness, least_of

_TOKENS = 160
"""What is asked for in words is seldom one line."""


_UNLEARNT = least_of(Eagerness.EAGER)
"""So likely must be what a model says below a comment that does not follow instructions, also for who asks.

Of 117 texts below comments of real projects (train2, no example fitted) 50 were less likely: their letters
were 140 right and 1,413 wrong, those of the others 874 and 1,022. Below 30 wishes of strangers none was as
likely, and none was about the wish.
"""


def follows(model: Model) -> bool:
    """Whether a model follows instructions."""
    return model.chat([]) is not None


def wishes(request: CompletionRequest, least: float) -> tuple[Suggestion, ...]:
    """Examples that are about the comment above the cursor, with the names that exist, for who asks.

    Nothing is suggested below a comment that stands there for what follows already. By themselves they never
    come: after 241 comments of real projects the model alone had a quarter more letters right than with
    them, and a quarter as many wrong (see `tests.eval.comments`).
    """
    if request.automatic or request.instruction or not _is_asked_for(request):
        return ()
    return tuple(
        Suggestion(one.text, request.offset, request.offset, 0.0, "example")
        for one in adapted(request)
        if one.share >= least
    )


def least_below(request: CompletionRequest, model: Model) -> float:
    """The logarithm of the chance that a suggestion must have, which is higher below a comment."""
    if follows(model) or not _is_asked_for(request):
        return request.min_logprob
    return max(request.min_logprob, _UNLEARNT)


def as_instruction(request: CompletionRequest, model: Model) -> CompletionRequest:
    """A request with the comment above the cursor as an instruction, for a model that follows some."""
    if request.instruction or not follows(model) or not _is_asked_for(request):
        return request
    assert request.looked_up is not None
    return replace(
        request,
        instruction=request.looked_up.question.wish,
        multiline=True,
        max_tokens=max(request.max_tokens, _TOKENS),
    )


def _is_asked_for(request: CompletionRequest) -> bool:
    """Whether there is such a comment, and nothing below it yet that it may belong to."""
    if request.looked_up is None or not request.looked_up.question.wish:
        return False
    start = request.text.rfind("\n", 0, request.offset) + 1
    rest, _, below = request.text[request.offset :].partition("\n")
    is_blank = not request.text[start : request.offset].strip() and not rest.strip()
    return is_blank and not below.partition("\n")[0].strip()
