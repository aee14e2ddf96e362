"""The model writes what a grammar leaves no choice about but in the wording, such as the shortest way home.

It must not know where the grammar comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lsp_server.decoding.engine import MaskEngine, MaskError
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.tokenset import TokenSet, likeliest

Logits = Callable[[Sequence[int]], NDArray[np.float32]]

_MOST = 24
_TRIES = 12


def write_under(
    grammar: str,
    typed: str,
    *,
    vocabulary: Vocabulary,
    logits: Logits,
    engine: MaskEngine,
    usable: TokenSet,
    prompt: Sequence[int],
    viable: Callable[[str], bool],
    done: Callable[[str], bool],
    cancelled: Callable[[], bool],
) -> tuple[str, bool] | None:
    """What was typed and what the model writes after it under a grammar, and whether that may be the end.

    None where what the grammar asks for cannot be written.

    Args:
        grammar: of what is to follow.
        typed: what stands already.
        vocabulary: of the writer.
        logits: those of the writer after some tokens.
        engine: of the model's vocabulary.
        usable: the tokens that may be taken at all.
        prompt: the model's tokens up to the end of what was typed.
        viable: whether a text may go on.
        done: whether a text may end.
        cancelled: asked before each token.

    """
    try:
        mask = engine.mask(grammar)
    except MaskError:
        return None
    if mask.complete():
        return typed, done(typed)
    tokens, written = list(prompt), b""
    for _ in range(_MOST):
        if cancelled():
            return None
        blank = (typed.encode() + written)[-1:].isspace()
        for token in islice(likeliest(logits(tokens), mask.allowed() & usable), _TRIES):
            spelled = vocabulary.tokens[token]
            if blank and spelled.isspace():
                continue
            text = typed + (written + spelled).decode("utf-8", "ignore")
            if viable(text) and mask.consume([token]):
                break
        else:
            return None
        tokens.append(token)
        written += vocabulary.tokens[token]
        for end in (text, text + " "):
            if done(end):
                return end, True
        if mask.complete():
            return text, False
    return None
