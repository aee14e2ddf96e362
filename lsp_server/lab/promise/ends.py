"""Measures where suggestions end: at the end of a file, after a part of a line, all that followed left out.

An independent parser judges what the file has become. It must not know how suggestions are made.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lsp_server.agreement.asking import Judge
from lsp_server.constraint import load_grammar
from lsp_server.decoding import Model
from lsp_server.errors import UsageError
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lab.material.neighbours import Beside, nothing
from lsp_server.lab.material.places import PlaceKind, places
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.syntax import Landmarks, parse

ATTEMPTS = 1_000
"""So many draws for each cursor may find no place in a file."""


class End(StrEnum):
    """What a suggestion leaves at the end of a file.

    `WHOLE`: the judge accepts the file. `BLOCK`: a bracket of the line is open, or it opens a block of lines,
    or a here-document. `STATEMENT`: something else lacks. `LEXEME`: the last lexeme is not whole, as a string
    whose quote lacks.
    """

    WHOLE = "whole"
    BLOCK = "block open"
    STATEMENT = "statement open"
    LEXEME = "lexeme open"


@dataclass(frozen=True, slots=True)
class Ended:
    """A suggestion at the end of a file, after the cursor's `line` up to there, and what it left there."""

    name: str
    line: str
    text: str
    end: End


@dataclass(frozen=True, slots=True)
class EndsReport:
    """What was left open where all before the cursor's line was valid, so that no block was open there.

    `answered` are those of the `cursors` with a suggestion, `ends` counts what these left, by its name.
    """

    language: str
    seed: int
    files: int
    cursors: int
    answered: int
    ends: dict[str, int]
    left_open: tuple[Ended, ...] = field(repr=False)


def measure_ends(
    language: Language,
    sources: Sequence[Source],
    judge: Judge,
    model: Model,
    *,
    cursors: int,
    seed: int = 0,
    max_tokens: int = 48,
    beside: Beside = nothing,
    progress: Callable[[int], None] = lambda done: None,
) -> EndsReport:
    """Ask for suggestions at so many ends of files; `progress` gets the number of cursors done.

    Each file is cut at random within a line, before which all is valid; comments are left out.

    Raises:
        UsageError: no file has such a place.

    """
    rng = random.Random(f"{seed}/ends")  # noqa: S311
    found: list[Ended | None] = []
    for done in range(1, cursors + 1):
        source, cursor = _draw(language, sources, judge, rng)
        text = source.text[:cursor]
        request = CompletionRequest(
            text,
            cursor,
            language,
            Landmarks(parse(language, text)),
            max_tokens=max_tokens,
            beside=[other for other in beside(source.name) if other != source.text],
            automatic=True,
        )
        items = complete(request, model, lambda: False).items
        line = text.rpartition("\n")[2]
        typed = items[0].text if items else ""
        found.append(Ended(source.name, line, typed, _end(language, judge, text, typed)) if typed else None)
        progress(done)
    answered = [one for one in found if one is not None]
    return EndsReport(
        language=language.id,
        seed=seed,
        files=len(sources),
        cursors=len(found),
        answered=len(answered),
        ends={str(end): sum(one.end is end for one in answered) for end in End},
        left_open=tuple(one for one in answered if one.end in (End.STATEMENT, End.LEXEME)),
    )


def _draw(
    language: Language, sources: Sequence[Source], judge: Judge, rng: random.Random
) -> tuple[Source, int]:
    """A file, and a place within a line of code in it before which all is valid."""
    for _ in range(ATTEMPTS if sources else 0):
        source = rng.choice(sources)
        text, where = source.text, places(language, source.text)
        starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
        start = rng.choice(starts)
        line = text[start:].partition("\n")[0].rstrip()
        indent = len(line) - len(line.lstrip())
        if indent == len(line):
            continue
        cursor = start + rng.randrange(indent, len(line))
        if where[cursor] in (PlaceKind.CODE, PlaceKind.STRING) and _is_whole(judge, text[:start]):
            return source, cursor
    raise UsageError(
        f"no {language.name} file has a place between statements", remedy="name a folder of valid files"
    )


def _is_whole(judge: Judge, text: str) -> bool:
    """Whether nothing is open after a text; a parser may want a file to hold something."""
    return not text.strip() or judge(text).valid


def _end(language: Language, judge: Judge, text: str, typed: str) -> End:
    joined = text + typed
    if judge(joined).valid:
        return End.WHOLE
    if _opens_block(language, joined):
        return End.BLOCK
    where = places(language, joined)
    if where[len(joined)] != PlaceKind.CODE:
        return End.LEXEME
    depth = 0
    for at in range(text.rfind("\n") + 1, len(joined)):
        if where[at] == where[at + 1] == PlaceKind.CODE:
            for opener, closer in language.brackets:
                depth += joined.startswith(opener, at) - joined.startswith(closer, at)
    return End.BLOCK if depth > 0 else End.STATEMENT


def _opens_block(language: Language, text: str) -> bool:
    """Whether a text ends with what lines follow that belong to it: indented ones, or a here-document."""
    grammar = load_grammar(language)
    openers = () if grammar.blocks is None else grammar.blocks.openers & grammar.terminals.keys()
    words = (grammar.terminals[name].word for name in openers)
    line = text.rstrip().rpartition("\n")[2]
    tagged = any(re.search(rf"(?:{pair.tag})\Z", line) for pair in language.paired)
    return tagged or any(word is not None and line.endswith(word) for word in words)
