"""What a comment just above the cursor asks for: an example that is about it, or what a model makes of it."""

from __future__ import annotations

from dataclasses import replace

from lsp_server.decoding import Model
from lsp_server.features.adapting import adapted
from lsp_server.features.attempt import CompletionRequest, Suggestion
from lsp_server.features.eagerness import Eagerness, least_of

_TOKENS = 160
"""What is asked for in words is seldom one line."""

_GUESSED = least_of(Eagerness.EAGER)
"""What a model that follows no instructions says below a comment must be so likely, also for who asks.

Of 117 such texts in real projects 50 were less likely: 140 of their letters were right and 1,413 wrong, of
those of the other 67 874 and 1,022. For 30 wishes of somebody who did not know the product no text was as
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
    """The logarithm of the chance that a suggestion must have, below a comment or elsewhere."""
    if follows(model) or not _is_asked_for(request):
        return request.min_logprob
    return max(request.min_logprob, _GUESSED)


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
