"""Hears the product in each case, has the judge say what is right, and counts.

Times are those of the processor, told and never judged: no answer depends on them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from time import thread_time

from lsp_server.agreement.asking import Judge, Verdict
from lsp_server.constraint import load_grammar
from lsp_server.decoding.model import Model
from lsp_server.features.completion import Completion, CompletionRequest, Suggestion, complete
from lsp_server.lab.material.mistakes import PlantedMistake
from lsp_server.lab.referee.cases import CaseKind, RefereeCase, draw
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, SyntaxTree, parse

_TOKENS = 48
"""The most that a real model says."""


@dataclass(frozen=True, slots=True)
class HearingOptions:
    """What is drawn and asked.

    `cases` of each kind, with so many `wrong` texts in each. `model` says what is suggested, in place of what
    the author wrote. `asked` for, a suggestion is what a person gets who asks for one.
    """

    cases: int
    wrong: int = 2
    seed: int = 0
    asked: bool = False
    model: Model | None = None


@dataclass(frozen=True, slots=True)
class WrongText:
    """A text that was shown and does not fit in the file without its mistakes; enough to see it again."""

    name: str
    line: int
    column: int
    how: str
    said: str
    shown: str
    mistakes: tuple[PlantedMistake, ...]
    message: str


@dataclass(frozen=True, slots=True)
class RefereeRow:
    """What was counted of one language and kind.

    In `answered` of all `cases` something was shown. In `violations` of these it does not fit in the file
    without its mistakes. In `author` cases all that the author wrote was shown, and nothing else. `said`
    texts that do not fit were wanted; for `wrong` of them something was shown that does not fit. `shown` is a
    fingerprint of all that was shown, or told where nothing was. `first_ms` are the times of the first answer
    of each case, in order.
    """

    language: str
    kind: str
    cases: int
    answered: int
    violations: int
    author: int
    said: int
    wrong: int
    shown: str
    first_ms: tuple[float, ...] = field(repr=False)
    reasons: Mapping[str, int] = field(repr=False)
    findings: tuple[WrongText, ...] = field(repr=False)


def hear(
    language: Language,
    sources: Sequence[Source],
    judge: Judge,
    kind: CaseKind,
    asking: HearingOptions,
    progress: Callable[[int], None] = lambda done: None,
) -> RefereeRow:
    """Hear the product in cases of one kind, drawn by the seed; `progress` gets the number of cases done.

    The judge must accept the files. There are fewer cases where the files have no place for more.
    """
    known: dict[str, Verdict] = {}

    def verdict(text: str) -> Verdict:
        if text not in known:
            known[text] = judge(text)
        return known[text]

    load_grammar(language)  # so that no first answer waits for it
    rng = Random(f"{asking.seed}/{language.id}/{kind}")  # noqa: S311
    counts = _Counts()
    for done in range(1, asking.cases + 1):
        known.clear()
        case = draw(language, sources, verdict, kind, asking.wrong, rng) if sources else None
        if case is None:
            break
        _hear_case(language, case, verdict, asking, counts)
        progress(done)
    return RefereeRow(
        language=language.id,
        kind=str(kind),
        cases=len(counts.times),
        answered=counts.answered,
        violations=counts.violations,
        author=counts.author,
        said=counts.said,
        wrong=counts.wrong,
        shown=sha256("\0".join(counts.shown).encode("utf-8", "surrogatepass")).hexdigest()[:8],
        first_ms=tuple(sorted(counts.times)),
        reasons=dict(counts.reasons.most_common()),
        findings=tuple(counts.findings),
    )


@dataclass
class _Counts:
    answered: int = 0
    violations: int = 0
    author: int = 0
    said: int = 0
    wrong: int = 0
    times: list[float] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    findings: list[WrongText] = field(default_factory=list)


def _hear_case(
    language: Language, case: RefereeCase, judge: Judge, asking: HearingOptions, counts: _Counts
) -> None:
    tree = parse(language, case.text)
    began = thread_time()
    first = _ask(language, case, tree, asking, asking.model or _saying(case, case.author))
    counts.times.append((thread_time() - began) * 1000)
    author = first if asking.model is None else _ask(language, case, tree, asking, _saying(case, case.author))
    counts.author += any(_put(case, item) == case.whole for item in author.items[:1])
    counts.answered += bool(first.items)
    counts.violations += _broken(
        case, first, "author" if asking.model is None else "model", "", judge, counts
    )
    if not first.items:
        counts.reasons[first.reason or ""] += 1
    for text in case.wrong:
        counts.said += 1
        found = _ask(language, case, tree, asking, _saying(case, text.text))
        counts.wrong += _broken(case, found, text.how, text.text, judge, counts)


def _saying(case: RefereeCase, text: str) -> Model:
    """A model that wants to say a text at the cursor and then to end, whatever stands above its line.

    It may be asked from an earlier place on: in the line, or at the end of what stands before the line.
    """
    before = case.whole[: case.start]
    begins = before.rfind("\n") + 1
    line, gap = before[begins:] + text, before[len(before[:begins].rstrip()) : begins]

    def script(so_far: str) -> str | None:
        here = so_far[so_far.rfind("\n") + 1 :]
        if line.startswith(here):
            return line[len(here) :]
        return None if so_far[-1:].isspace() else gap + line

    words = dict.fromkeys(re.findall(r"\s*\w+|\s*[^\w\s]", text))
    return ScriptedModel(script, [word for word in words if len(word.encode()) > 1])


def _ask(
    language: Language, case: RefereeCase, tree: SyntaxTree, asking: HearingOptions, model: Model
) -> Completion:
    """What is shown where a file has just been opened; what a script wants to say, it says to its end."""
    real = model is asking.model
    request = CompletionRequest(
        case.text,
        case.offset,
        language,
        Landmarks(tree),
        max_tokens=_TOKENS if real else max(_TOKENS, 2 * len(case.author)),
        beside=() if real else None,
        automatic=not asking.asked,
    )
    return complete(request, model, lambda: False)


def _put(case: RefereeCase, item: Suggestion) -> str:
    """The file without mistakes and with a suggestion."""
    return case.put(item.text.rstrip(), case.offset - item.start, item.end - case.offset)


def _broken(
    case: RefereeCase, completion: Completion, how: str, said: str, judge: Judge, counts: _Counts
) -> bool:
    """Whether the first text shown does not fit in the file without its mistakes."""
    item = next(iter(completion.items), None)
    reason = completion.reason or ""
    counts.shown.append(reason if item is None else f"{item.start - case.offset} {item.text}")
    if item is None:
        return False
    verdict = judge(_put(case, item))
    if verdict.well_formed:
        return False
    counts.findings.append(_finding(case, item, how, said, verdict.message))
    return True


def _finding(case: RefereeCase, item: Suggestion, how: str, said: str, message: str) -> WrongText:
    before = case.whole[: case.start]
    line, column = before.count("\n") + 1, case.start - before.rfind("\n")
    return WrongText(case.name, line, column, how, said, item.text, case.mistakes, message)
