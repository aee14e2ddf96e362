"""Times what follows a keystroke, in files of several lengths: edit, tree, state, token, hole, compile, mask.

The places are the same in a file of any length, so that figures differ for its length alone. The naive way
beside it feeds all that stands before the cursor to the mask engine, with the grammar of the language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from time import perf_counter, thread_time

from lsp_server.constraint import RELAXATIONS, CursorState, Grammar, Prefix, load_grammar, windows
from lsp_server.decoding import Mask, MaskEngine, MaskError, Model, Statistics, Vocabulary
from lsp_server.features.completion import Completion, CompletionRequest, complete, hole_at
from lsp_server.features.preparing import decoder_of, holes_at, settle
from lsp_server.lab.bench.growing import Seed
from lsp_server.lab.bench.players import Player
from lsp_server.lab.bench.spots import TypingSpot, spots_of
from lsp_server.lab.figures import Figure, figure, ratio
from lsp_server.lab.material.cuts import Cut
from lsp_server.lalr.loading import forget_grammars
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks, SyntaxTree, parse
from lsp_server.text import Edit, Span, apply_edits

SIZES = (100, 1_000, 10_000, 50_000)
PARTS = ("edit", "tree", "state", "hole", "compile", "mask", "oracle", "rest")

_WHOLE = 4
"""The naive way takes long: it is gone at each so-manieth spot, and so in all parts of a file."""


@dataclass(frozen=True, slots=True)
class KeystrokeReport:
    """What a keystroke costs in files of about `lines` lines, in milliseconds.

    `typed` are all keystrokes at which something can be suggested, each with a mask, though the model says
    what is right and needs none; `unmasked` are the same up to the first token, as it is then; `moved` the
    first of `typed` at each place; `same` those with the state and the lexemes after the cursor of the
    keystroke before; `silent` counts where nothing can be suggested, in comments mostly. `parts` are means
    over `typed`, by the clock.
    `opened` is a token and a mask after a file was opened, with the making of its tree where that is needed
    for it; `parsed` the same with the tree anyway, which has to be there before a suggestion is shown.
    `early` counts where it was not needed. `whole` is the naive way at the same places, its grammar being
    compiled; `whole_failed` counts where the engine gave up. `ratio` compares the p95 of `typed` with that
    of the shortest files, `whole_ratio` the p50 of `whole` with that of `typed`.
    """

    language: str
    lines: int
    typed: Figure
    unmasked: Figure
    moved: Figure
    same: Figure
    silent: int
    parts: Mapping[str, float]
    opened: Figure
    parsed: Figure
    early: int
    whole: Figure
    whole_failed: int
    ratio: float
    whole_ratio: float


def measure_keystrokes(
    language: Language,
    vocabulary: Vocabulary,
    *,
    sizes: Sequence[int] = SIZES,
    seed: int = 0,
    examples: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[KeystrokeReport, ...]:
    """Type at the same places in files of each size.

    Args:
        language: its examples are the files.
        vocabulary: the model's tokens.
        sizes: of the files, in lines.
        seed: of the places.
        examples: use at most so many.
        progress: is told how many sizes are done.

    Raises:
        UsageError: no example of the language can be repeated.

    """
    spots = spots_of(language, seed, examples)
    reports: list[KeystrokeReport] = []
    for size in sizes:
        forget_grammars()  # a hole grammar that was made for one size would serve the next
        warm = _Bench(language, Player(vocabulary), sizes[0])
        warm.run(spots_of(language, seed + 1, 1))
        reports.append(_Bench(language, Player(vocabulary), size).run(spots))
        progress(len(reports))
    return tuple(replace(report, ratio=ratio(report.typed.p95, reports[0].typed.p95)) for report in reports)


class _Bench:
    """One run over some spots, in files of one size."""

    def __init__(self, language: Language, player: Player, lines: int) -> None:
        self._language = language
        self._grammar: Grammar = load_grammar(language)
        self._player = player
        self._lines = lines
        self._engine = MaskEngine(player.vocabulary)
        self._whole_grammar = hole_at(language, Landmarks(parse(language, "")), "", 0)
        self._typed: list[float] = []
        self._unmasked: list[float] = []
        self._moved: list[float] = []
        self._same: list[float] = []
        self._opened: list[float] = []
        self._parsed: list[float] = []
        self._whole: list[float] = []
        self._early = 0
        self._failed = 0
        self._silent = 0
        self._parts: Counter[str] = Counter()

    def run(self, spots: Sequence[TypingSpot]) -> KeystrokeReport:
        """Type at every spot; spots of one file come one after another, as a person would go about."""
        seeds = dict.fromkeys(spot.seed for spot in spots)
        for seed in seeds:
            copies = seed.copies(self._lines)
            text = seed.grown(copies)
            began = thread_time()
            tree = parse(self._language, text)
            parse_ms = 1000 * (thread_time() - began)
            prefix = Prefix(self._grammar, text)
            for number, spot in enumerate(spots):
                if spot.seed is seed:
                    copy = spot.copy(copies)
                    start = seed.start_of(copy) + spot.cut.start
                    self._open(text, start, parse_ms)
                    if number % _WHOLE == 0:
                        self._feed_whole(seed, copy, spot.cut)
                    prefix = self._type(text, tree, prefix, start, spot.cut.removed)
        count = len(self._typed)
        typed, whole = figure(self._typed), figure(self._whole)
        return KeystrokeReport(
            language=self._language.id,
            lines=self._lines,
            typed=typed,
            unmasked=figure(self._unmasked),
            moved=figure(self._moved),
            same=figure(self._same),
            silent=self._silent,
            parts={name: self._parts[name] / count if count else 0.0 for name in PARTS},
            opened=figure(self._opened),
            parsed=figure(self._parsed),
            early=self._early,
            whole=whole,
            whole_failed=self._failed,
            ratio=1.0,
            whole_ratio=ratio(whole.p50, typed.p50),
        )

    def _open(self, text: str, offset: int, parse_ms: float) -> None:
        """Ask for a suggestion as the first thing in a file."""
        began = thread_time()
        landmarks = Landmarks(partial(parse, self._language, text), text=text)
        prefix = Prefix(self._grammar, text)
        done = self._ask(landmarks, prefix, offset, "")
        if done.tokens:
            self._prepare(landmarks, prefix, offset)
            self._opened.append(1000 * (thread_time() - began))
            self._parsed.append(self._opened[-1] + (0 if landmarks.known else parse_ms))
            self._early += not landmarks.known

    def _type(self, text: str, tree: SyntaxTree, prefix: Prefix, start: int, removed: str) -> Prefix:
        """Take a span out and type it again, asking for a suggestion after each character.

        As in an editor the tree is that of the text with the gap, and what the one before it told is known.

        Returns what is known of the whole text's states then, for the next spot.
        """
        gap = [Edit(Span(start, start + len(removed)), "")]
        strokes: list[Edit] = []
        text = apply_edits(text, gap)
        sound = Landmarks(tree, gap, text)
        tree, prefix = tree.edited(gap, text), prefix.edited(gap, text)
        before: object = None
        moved = True
        for place, letter in enumerate(removed):
            offset = start + place
            strokes.append(Edit(Span(offset, offset), letter))
            times = [_now()]
            text = apply_edits(text, strokes[-1:])
            times.append(_now())
            sound = sound.seen_after(strokes[-1:], text)
            landmarks = Landmarks(tree, strokes, text, sound)
            times.append(_now())
            prefix = prefix.edited(strokes[-1:], text)
            times.append(_now())
            done = self._ask(landmarks, prefix, offset + 1, removed[place + 1 :])
            times.append(_now())
            if not done.tokens:
                self._silent += 1
                continue
            made = self._prepare(landmarks, prefix, offset + 1)
            times.append(_now())
            signature = self._signature(landmarks, prefix, offset + 1)
            self._note(times, done, made, moved=moved, same=signature == before)
            before, moved = signature, False
        return prefix

    def _ask(self, landmarks: Landmarks, prefix: Prefix, offset: int, wish: str) -> Completion:
        """A completion that is stopped after its first token."""
        self._player.play(wish)
        request = CompletionRequest(landmarks.text, offset, self._language, landmarks, prefix, beside=None)
        return complete(request, self._player, lambda: self._player.calls > 0)

    def _prepare(self, landmarks: Landmarks, prefix: Prefix, offset: int) -> Statistics:
        """Make the mask that the same completion would need if the model did not know better."""
        statistics = Statistics()
        mask = mask_at(self._language, landmarks, prefix, offset, self._player, statistics)
        began = perf_counter()
        if mask is not None:
            mask.allowed()
        statistics.mask_ms += 1000 * (perf_counter() - began)
        return statistics

    def _note(
        self,
        times: Sequence[tuple[float, float]],
        done: Completion,
        made: Statistics,
        *,
        moved: bool,
        same: bool,
    ) -> None:
        total = 1000 * (times[-1][0] - times[0][0])
        self._typed.append(total)
        self._unmasked.append(1000 * (times[-2][0] - times[0][0]))
        if moved:
            self._moved.append(total)
        if same:
            self._same.append(total)
        steps = [1000 * (after[1] - before[1]) for before, after in pairwise(times)]
        edit, tree, state, *_ = steps
        inside = done.timings_ms
        known = {
            "hole": inside["hole"] + made.hole_ms,
            "compile": inside["compile"] + made.compile_ms,
            "mask": inside["mask"] + made.mask_ms,
            "oracle": inside["oracle"],
        }
        rest = sum(steps[3:]) - inside["prefix"] - inside["model"] - sum(known.values())
        self._parts.update({"edit": edit, "tree": tree, "state": state + inside["prefix"], "rest": rest})
        self._parts.update(known)

    def _signature(self, landmarks: Landmarks, prefix: Prefix, offset: int) -> object:
        """What a hole grammar depends on; found after what is measured."""
        text, anchor = landmarks.text, landmarks.element_start(offset)
        state = prefix.at(offset, (anchor,) if anchor else ())
        if not isinstance(state, CursorState):
            return None
        return state.stack.states(), windows(self._grammar, text, state, RELAXATIONS[0])

    def _feed_whole(self, seed: Seed, copy: int, cut: Cut) -> None:
        """Feed the whole prefix to the engine, already cut into tokens, and ask for one mask."""
        tokens = [*self._tokens(seed.head, seed.unit, copy), *self._encode(seed.unit[: cut.start])]
        began = thread_time()
        try:
            mask = self._engine.mask(self._whole_grammar)
        except MaskError:
            self._failed += 1
            return
        if mask.consume(tokens):
            mask.allowed()
            self._whole.append(1000 * (thread_time() - began))
        else:
            self._failed += 1

    def _tokens(self, head: str, unit: str, copies: int) -> Iterator[int]:
        yield from self._encode(head)
        part = self._encode(unit)
        for _ in range(copies):
            yield from part

    def _encode(self, text: str) -> list[int]:
        return self._player.vocabulary.encode(text)


def mask_at(
    language: Language,
    landmarks: Landmarks,
    prefix: Prefix,
    offset: int,
    model: Model,
    statistics: Statistics | None = None,
) -> Mask | None:
    """The mask that a suggestion at a cursor may need, if something can be suggested there.

    It is made only where the model does not know better; what it costs is added to the statistics.
    """
    place = settle(landmarks, prefix, offset, model)
    if place is None:
        return None
    return decoder_of(model).mask(holes_at(language, prefix.text, place), statistics or Statistics())


def _now() -> tuple[float, float]:
    """The time of this thread's processor, and that of the clock, which the parts are told in."""
    return thread_time(), perf_counter()
