"""Measures how many keystrokes suggestions save: stretches of real files, typed by a simulated person.

Beside the product, two suggesters that know no model type the same.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from lsp_server.decoding import Model
from lsp_server.errors import UsageError
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.eagerness import LEAST_CHANCE, Eagerness
from lsp_server.features.recall import Recall, Wanted
from lsp_server.lab.figures import nearest_rank
from lsp_server.lab.material.neighbours import Around, Beside, nothing
from lsp_server.lab.quality.fillers import Ending
from lsp_server.lab.quality.typist import Accept, Draft, Habits, Suggester, Typed, TypedStretch, type_out
from lsp_server.languages import Language
from lsp_server.languages.sources import Source


@dataclass(frozen=True, slots=True)
class SavingRow:
    """What it took one suggester to have files of one kind typed; a kind is how their names end.

    `typed` is what it took a person who takes over what is right, `ignored` one who never does. All shares
    are of 100: those `right` and `begun` (the first word is right at least) are of the suggestions shown to
    the former. `wrong` counts those shown to that person that are neither, for 100 characters of the texts,
    as `saved` counts keys. `standing` is the share of the keys hit by the one who accepts at which something
    stood at the cursor, `misleading` that of the keys hit by the one who never does at which something wrong
    stood. `blinks` are for 1,000 keys that the former hit. `net` is the benefit: the keys saved, less two
    for each wrong suggestion, for 100 characters.
    """

    kind: str
    by: str
    files: int
    typed: Typed
    ignored: Typed

    @property
    def right(self) -> float:
        """The share of the shown that are right to the end."""
        return _percent(self.typed.right, self.typed.shown)

    @property
    def begun(self) -> float:
        """The share of the shown whose first word is right."""
        return _percent(self.typed.begun, self.typed.shown)

    @property
    def wrong(self) -> float:
        """The wrong suggestions shown for 100 characters."""
        return _percent(self.typed.shown - self.typed.begun, self.typed.characters)

    @property
    def standing(self) -> float:
        """The share of the keys at which something stands, while right ones are taken over."""
        return _percent(self.typed.stood, self.typed.keys)

    @property
    def misleading(self) -> float:
        """The share of the keys at which something wrong stands, while nothing is taken over."""
        return _percent(self.ignored.misled, self.ignored.keys)

    @property
    def blinks(self) -> float:
        """How often the same text was gone and back, for 1,000 keys."""
        return 10 * _percent(self.typed.blinks, self.typed.keys)

    @property
    def net(self) -> float:
        """The keys saved, less two for each wrong suggestion shown, for 100 characters."""
        return 100 * self.typed.saved - 2 * self.wrong

    def latency_ms(self, percent: int) -> float:
        """A percentile, by nearest rank, of the requests that were not overtaken; 0 of none."""
        return nearest_rank(sorted(self.typed.times_ms), percent)

    def as_json(self) -> dict[str, Any]:
        """Counts, shares and percentiles."""
        typed = self.typed
        return {
            "kind": self.kind,
            "by": self.by,
            "files": self.files,
            "characters": typed.characters,
            "keys": typed.keys,
            "commented": typed.commented,
            "saved": typed.saved,
            "saved_in_code": typed.saved_in_code,
            "takes": typed.takes,
            "shown": typed.shown,
            "accepted": typed.accepted,
            "right": self.right,
            "first_word_right": self.begun,
            "wrong_per_100": self.wrong,
            "standing": self.standing,
            "wrong_standing": self.misleading,
            "blinks_per_1000": self.blinks,
            "net": self.net,
            "requests": typed.requests,
            "overtaken": typed.overtaken,
            "missed": typed.missed,
            "recalled": typed.recalled,
            "model_ms": typed.model_ms,
            "wasted_ms": typed.wasted_ms,
            "latency_ms": {"p50": self.latency_ms(50), "p95": self.latency_ms(95)},
        }


@dataclass(frozen=True, slots=True)
class SavingReport:
    """All rows of a run: by kind of file and suggester, then all kinds together, if there are several."""

    language: str
    seed: int
    habits: Habits
    rows: tuple[SavingRow, ...]

    def as_json(self) -> dict[str, Any]:
        """Everything but single times."""
        return {
            "language": self.language,
            "seed": self.seed,
            "keys_per_second": self.habits.keys_per_second,
            "accept": str(self.habits.accept),
            "closing": bool(self.habits.closing),
            "rows": [row.as_json() for row in self.rows],
        }


class Memory:
    """What was suggested so far in the text that is typed, which a server remembers too."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._recall, self._last = Recall(), ""

    def typed_away(self, draft: Draft) -> frozenset[str]:
        """What of it was typed away just now; nothing where another text is typed than before."""
        if not draft.text.startswith(self._last):
            self._recall = Recall()
        self._last = draft.text[: draft.offset]
        return self._recall.typed_away(draft.text, draft.offset)

    def add(self, draft: Draft, made: Completion) -> None:
        """Remember a completion."""
        self._recall = self._recall.having(made, self._wanted, draft.text)


def request_of(
    draft: Draft, wanted: Wanted, typed_away: frozenset[str] = frozenset(), *, in_editor: bool = False
) -> CompletionRequest:
    """What an editor asks for while a text is typed."""
    return CompletionRequest(
        draft.text,
        draft.offset,
        draft.language,
        draft.landmarks(),
        draft.prefix,
        wanted.max_tokens,
        beside=draft.stretch.beside,
        min_logprob=wanted.min_logprob,
        automatic=True,
        typed_away=typed_away,
        in_editor=in_editor,
        names=draft.names() if draft.language.naming.declared else None,
    )


def by_model(
    model: Model,
    max_tokens: int,
    least: float = LEAST_CHANCE[Eagerness.BALANCED],
    *,
    in_editor: bool = False,
) -> Suggester:
    """What a user gets: the first item of `features.completion`, if its chance is no less than `least`."""
    wanted = Wanted(max_tokens, min_logprob=math.log(least) if least else -math.inf, automatic=True)
    memory = Memory(wanted)

    def suggest(draft: Draft, overtaken: Callable[[], bool]) -> str:
        request = request_of(draft, wanted, memory.typed_away(draft), in_editor=in_editor)
        made = complete(request, model, overtaken)
        if overtaken() or not made.items:
            return ""
        memory.add(draft, made)
        return made.items[0].text

    return suggest


def by_text(ending: Ending) -> Suggester:
    """What the text itself suggests (see `fillers`)."""
    return lambda draft, overtaken: ending(draft.language, draft.text, draft.offset)


def stretches(
    sources: Sequence[Source],
    *,
    files: int,
    lines: int,
    seed: int,
    fresh: bool = False,
    beside: Beside = nothing,
    around: Around | None = None,
) -> list[TypedStretch]:
    """A stretch of at most so many lines from each of so many files, both drawn at random.

    It begins with a line that is not blank, behind its indentation. What stands after it is left out where
    `fresh`. What is `beside` each file and `around` it is known while it is typed.

    Raises:
        UsageError: all files are blank.

    """
    usable = [source for source in sources if source.text.strip()]
    if not usable:
        raise UsageError("no file with text to type", remedy="name a folder of longer files")
    rng = random.Random(f"{seed}/typing")  # noqa: S311
    drawn = rng.sample(usable, min(files, len(usable)))
    texts = [_stretch(source, lines, rng, fresh=fresh, beside=beside(source.name)) for source in drawn]
    return [replace(text, around=around(text.name)) for text in texts] if around is not None else texts


def _stretch(
    source: Source, lines: int, rng: random.Random, *, fresh: bool, beside: Sequence[str]
) -> TypedStretch:
    rows = source.text.replace("\r\n", "\n").rstrip().split("\n")
    usable = [row for row in range(len(rows)) if rows[row].strip()]
    first = rng.choice([row for row in usable if row <= len(rows) - lines] or usable[:1])
    last = max(row for row in range(first, min(first + lines, len(rows))) if rows[row].strip()) + 1
    indent = rows[first][: len(rows[first]) - len(rows[first].lstrip())]
    return TypedStretch(
        source.name,
        "".join(f"{row}\n" for row in rows[:first]) + indent,
        "\n".join(rows[first:last])[len(indent) :],
        "" if fresh else "".join(f"\n{row}" for row in (*rows[last:], "")),
        beside,
    )


def measure_saving(
    language: Language,
    texts: Sequence[TypedStretch],
    suggesters: Mapping[str, Suggester],
    habits: Habits,
    *,
    seed: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> SavingReport:
    """Type each text twice with each suggester, the second time without taking anything over.

    `progress` gets the number of texts done.
    """
    done: list[SavingRow] = []
    never = replace(habits, accept=Accept.NEVER)
    for count, text in enumerate(texts, start=1):
        kind = PurePosixPath(text.name).suffix or text.name
        for by, ask in suggesters.items():
            typed, ignored = (type_out(language, text, ask, how) for how in (habits, never))
            done.append(SavingRow(kind, by, 1, typed, ignored))
        progress(count)
    kinds = sorted({row.kind for row in done})
    rows = [
        together(kind, by, [row for row in done if (row.kind, row.by) == (kind, by)])
        for kind in kinds
        for by in suggesters
    ]
    if len(kinds) > 1:
        rows += [together("all", by, [row for row in done if row.by == by]) for by in suggesters]
    return SavingReport(language.id, seed, habits, tuple(rows))


def together(kind: str, by: str, rows: Sequence[SavingRow]) -> SavingRow:
    """Several rows as one."""
    typed, ignored = (sum(some, Typed()) for some in zip(*((r.typed, r.ignored) for r in rows), strict=True))
    return SavingRow(kind, by, sum(row.files for row in rows), typed, ignored)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
