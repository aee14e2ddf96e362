"""Asks for a completion as the tests of that feature do: at a mark, from a model that is told what to say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.completion import (
    Completion,
    CompletionRequest,
    complete,
)
from lsp_server.features.extent import opens_block
from lsp_server.languages import Language, load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, SyntaxTree, parse

CURSOR = "<|>"


def language_of(name: str) -> Language:
    """A language by its name."""
    return load_registry().by_id(name)


def suggest(
    name: str,
    marked: str,
    wanted: str,
    *,
    candidates: int = 1,
    max_tokens: int = 48,
    multiline: bool = False,
    automatic: bool = False,
    in_editor: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Completion:
    """Complete at the mark with a model that wants to say something there."""
    language = language_of(name)
    before, after = marked.split(CURSOR)
    request = CompletionRequest(
        before + after,
        len(before),
        language,
        Landmarks(parse(language, before + after)),
        max_tokens=max_tokens,
        candidates=candidates,
        multiline=multiline,
        automatic=automatic,
        in_editor=in_editor,
    )
    return complete(request, ScriptedModel({before: wanted}), cancelled)


def texts(completion: Completion) -> list[str]:
    """What is suggested."""
    return [item.text for item in completion.items]


def request_of(
    language: Language, text: str, cursor: int, tree: SyntaxTree, prefix: Prefix | None = None
) -> CompletionRequest:
    """A request for a few tokens, with what is known of the text."""
    return CompletionRequest(text, cursor, language, Landmarks(tree), prefix, max_tokens=8)


def wants_block(language: Language, marked: str, *, parsed: bool = True) -> bool:
    """Whether several lines are wanted at the mark, once the text is `parsed` or before."""
    text, offset = marked.replace(CURSOR, ""), marked.index(CURSOR)
    make = partial(parse, language, text)
    landmarks = Landmarks(make() if parsed else make, text=text)
    return opens_block(language, Prefix(load_grammar(language), text), landmarks, offset)
