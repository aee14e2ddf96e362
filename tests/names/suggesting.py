"""Asks for a suggestion in a small workspace, from a model that is told what it wants to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.languages import Language, load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.naming import names_of
from lsp_server.names.places import Use
from lsp_server.names.standing import Unit
from lsp_server.names.strictness import Strictness
from lsp_server.syntax import Landmarks, parse
from tests.features.completing import CURSOR


def named(language: Language | str) -> Language:
    """A language, also by its id."""
    return load_registry().by_id(language) if isinstance(language, str) else language


def unit(language: Language, path: str, text: str) -> Unit:
    """The names of a file, in the folder that its path names."""
    return Unit(path, path.rpartition("/")[0], names_of(parse(language.of_file(Path(path)), text))[0])


def existing(
    language: Language | str,
    text: str,
    beside: Mapping[str, str] | None = None,
    strictness: Strictness = Strictness.PREFER,
    begun: str = "",
    *,
    beyond: bool = True,
    cursor: int | None = None,
    path: str = "a/b",
) -> Existing:
    """The names that exist for the text of a file, at a cursor in it, and the files beside it."""
    language = named(language)
    around = NamesAround(language, [unit(language, *item) for item in (beside or {}).items()])
    own = Own(language, unit(language, path, text).names)
    unreachable = () if cursor is None else tuple(own.unreachable(cursor))
    return Existing(around, path.rpartition("/")[0], own, strictness, begun, beyond, unreachable)


def allowed(found: Existing, use: Use, qualifier: str | None) -> set[str] | None:
    """The names that may stand somewhere; None where nothing is forbidden."""
    names = found.allowed(use, qualifier)
    return None if names is None else set(names)


def suggested(
    language: Language | str,
    marked: str,
    wanted: str,
    beside: Mapping[str, str] | None = None,
    strictness: Strictness = Strictness.PREFER,
    *,
    then: Mapping[str, str] | None = None,
    automatic: bool = False,
    candidates: int = 1,
) -> tuple[str, ...]:
    """What is suggested at the mark by a model that wants to say something, and `then` after other texts."""
    return tuple(
        item.text
        for item in completion(
            language,
            marked,
            wanted,
            beside,
            strictness,
            then=then,
            automatic=automatic,
            candidates=candidates,
        ).items
    )


def completion(
    language: Language | str,
    marked: str,
    wanted: str,
    beside: Mapping[str, str] | None = None,
    strictness: Strictness = Strictness.PREFER,
    *,
    then: Mapping[str, str] | None = None,
    automatic: bool = False,
    candidates: int = 1,
) -> Completion:
    """The same with what it cost."""
    language = named(language)
    before, after = marked.split(CURSOR)
    text = before + after
    begun = re.search(rf"(?:{language.word})?\Z", before)
    begun_word = begun[0] if begun else ""
    names = existing(language, text, beside, strictness, begun_word, cursor=len(before))
    request = CompletionRequest(
        text,
        len(before),
        language,
        Landmarks(parse(language, text)),
        beside=None,
        automatic=automatic,
        candidates=candidates,
        names=None if strictness is Strictness.OFF else names,
    )
    return complete(request, ScriptedModel({before: wanted, **(then or {})}), lambda: False)
