"""Measures code from words: pairs of an instruction and what a person wrote, with ever more of the product.

The rungs are the model alone, held to the grammar, to names that exist as well, and with examples looked up.
It must not know which model is asked.
"""

from __future__ import annotations

import difflib
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from lsp_server.agreement.asking import Judge
from lsp_server.decoding import Model
from lsp_server.errors import UsageError
from lsp_server.features.attempt import CompletionRequest
from lsp_server.features.writing import WriteRequest, write
from lsp_server.lalr import check, load_grammar
from lsp_server.languages import Language
from lsp_server.names.existing import Existing, NamesAround, Own
from lsp_server.names.naming import names_of
from lsp_server.names.strictness import Strictness
from lsp_server.retrieval import PassageOrigin, PassageStore, Question, SourceText, bundle_texts, look_up
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Span, read_text

ALONE, GRAMMAR, NAMES, RETRIEVAL = "model alone", "+ grammar", "+ names", "+ retrieval"
_WORD = re.compile(r"\w+|[^\w\s]")

Normal = Callable[[str], object]
"""From a text to what is the same for texts that mean the same; raises where it is no such text."""


@dataclass(frozen=True, slots=True)
class WishPair:
    """What somebody asked for, and what a person wrote; `context` is code that it is for, or words."""

    name: str
    instruction: str
    answer: str
    context: str = ""
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """What one rung made of some pairs; all but `pairs` are shares of them, or means."""

    model: str
    rung: str
    pairs: int
    answered: float
    parses: float
    resolves: float
    exact: float
    similarity: float


def read_pairs(path: Path) -> list[WishPair]:
    """Pairs, a JSON object a line: `instruction`, `answer`, and perhaps `id`, `context`, `in_train`.

    Raises:
        DocumentError: the file cannot be read.
        UsageError: a line is no such object.

    """
    pairs = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
            known = bool(one.get("in_train") or one.get("near_train"))
            name = str(one.get("id", number))
            pairs.append(
                WishPair(
                    name, str(one["instruction"]), str(one["answer"]), str(one.get("context") or ""), known
                )
            )
        except (ValueError, KeyError, AttributeError, TypeError):
            remedy = "write an object with instruction and answer on each line"
            raise UsageError("no pair", path=path, line=number, remedy=remedy) from None
    return pairs


def measure_writing(
    language: Language,
    pairs: Sequence[WishPair],
    model: tuple[str, Model],
    judge: Judge | None,
    *,
    sample: int,
    max_tokens: int = 160,
    seed: int = 0,
    normal: Normal | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> list[WrittenRow]:
    """One row for each rung. Pairs that are known to training are what is looked up; the others are asked."""
    known = [pair for pair in pairs if pair.is_known] or list(pairs)
    asked = [pair for pair in pairs if not pair.is_known] or list(pairs)
    drawn = random.Random(seed).sample(asked, min(sample, len(asked)))  # noqa: S311
    store = PassageStore(language, None)
    store.update([*bundle_texts(language), *(_as_text(pair) for pair in known)])
    rungs: Mapping[str, list[tuple[WishPair, str]]] = {
        name: [] for name in (ALONE, GRAMMAR, NAMES, RETRIEVAL)
    }
    for done, pair in enumerate(drawn, start=1):
        for rung, made in rungs.items():
            made.append((pair, _written(language, pair, model[1], store, rung, max_tokens)))
        progress(done)
    return [_row(language, model[0], rung, made, judge, normal) for rung, made in rungs.items()]


def _as_text(pair: WishPair) -> SourceText:
    return SourceText(
        PassageOrigin.FOLDER, f"{pair.name}.md", f"# {pair.instruction}\n\n~~~~~\n{pair.answer}\n~~~~~\n"
    )


def _context(language: Language, pair: WishPair) -> str:
    """The code that a pair is for; none where its context is no code."""
    text = f"{pair.context.rstrip()}\n\n" if pair.context.strip() else ""
    return text if text and check(load_grammar(language), text) is None else ""


def _written(
    language: Language, pair: WishPair, model: Model, store: PassageStore, rung: str, max_tokens: int
) -> str:
    context = _context(language, pair)
    instruction = pair.instruction
    if pair.context and not context:
        instruction = f"{instruction} ({pair.context})"
    place = Span(len(context), len(context))
    if rung == ALONE:
        return alone(language, instruction, context, model, max_tokens)
    looked_up = None
    if rung == RETRIEVAL:
        found = look_up(Question(language, instruction=instruction), store)
        looked_up = replace(
            found,
            found=[
                one
                for one in found.found
                if one.passage.name != f"{pair.name}.md" and one.passage.code.strip() != pair.answer.strip()
            ],
        )
    names = _existing(language, context) if rung in (NAMES, RETRIEVAL) else None
    request = WriteRequest(
        instruction,
        language,
        context,
        place,
        max_tokens=max_tokens,
        names=names,
        looked_up=looked_up,
    )
    written = write(request, model)
    return written.items[0].text if written.items else ""


def _existing(language: Language, text: str) -> Existing:
    own = Own(language, names_of(parse(language, text))[0])
    return Existing(NamesAround(language, ()), "", own, Strictness.PREFER, beyond=True)


def alone(language: Language, instruction: str, context: str, model: Model, max_tokens: int) -> str:
    """What a model says by itself: its likeliest token each time, until it ends or closes the code."""
    request = CompletionRequest(
        context,
        len(context),
        language,
        Landmarks(parse(language, context)),
        instruction=instruction,
    )
    tokens = request.prompt(model, Span(len(context), len(context)))
    ends = {model.vocabulary.end, *request.ends(model)}
    begun = len(tokens)
    while len(tokens) - begun < max_tokens:
        token = int(model.next_logits(tokens)[-1].argmax())
        if token in ends:
            break
        tokens.append(token)
    return model.vocabulary.bytes_of(tokens[begun:]).decode("utf-8", "ignore").strip()


def _row(
    language: Language,
    model: str,
    rung: str,
    made: Sequence[tuple[WishPair, str]],
    judge: Judge | None,
    normal: Normal | None,
) -> WrittenRow:
    return WrittenRow(
        model,
        rung,
        len(made),
        mean(bool(text) for _, text in made),
        mean(bool(text) and _parses(language, text, judge) for _, text in made),
        mean(_resolved(language, _context(language, pair), text) for pair, text in made),
        mean(is_same(pair.answer, text, normal) for pair, text in made),
        mean(similarity(pair.answer, text) for pair, text in made),
    )


def _parses(language: Language, text: str, judge: Judge | None) -> bool:
    return check(load_grammar(language), text) is None if judge is None else judge(text).valid


def _resolved(language: Language, context: str, text: str) -> float:
    """The share of the references in a text to closed kinds that name something that exists."""
    closed = language.naming.closed.keys()
    own = names_of(parse(language, context + text))[0]
    names = [name for name in own if not name.occurrence.hidden and name.begin >= len(context)]
    known = {
        (space, name.occurrence.name)
        for name in own
        if name.occurrence.defines
        for space in name.occurrence.spaces
    }
    used = [
        one.occurrence for one in names if not one.occurrence.defines and one.occurrence.spaces[0] in closed
    ]
    brought = {one.name for one in language.builtins}
    found = [one.name in brought or any((space, one.name) in known for space in one.spaces) for one in used]
    return mean(found) if found else 1.0


def is_same(one: str, other: str, normal: Normal | None = None) -> bool:
    """Whether two texts are the same but for blanks, or by what makes a text normal."""
    if _WORD.findall(one) == _WORD.findall(other):
        return True
    if normal is None or not other:
        return False
    try:
        return normal(one) == normal(other)
    except Exception:  # the parser of somebody else
        return False


def similarity(one: str, other: str) -> float:
    """How alike two texts are, by their words and signs, from 0 to 1."""
    return difflib.SequenceMatcher(None, _WORD.findall(one), _WORD.findall(other), autojunk=False).ratio()
