"""Says what a suggestion did to a file: to a valid one, and to one that was broken already.

A judge stops at the first error, so errors cannot be counted by asking it. What can be asked is how far a
text is from a valid one. A broken file is one edit away: its mistake undone, it is as it was. A suggestion
that adds no error leaves it so: one edit, outside the suggestion, makes the file with the suggestion valid.
That edit need not be the undoing. Behind a deleted closing bracket, for one, several readings are fair: that
the bracket is missing where it was, that it is missing further on, or that its opener is one too many.

What is found here is proof that nothing was added. Where nothing is found a violation is reported, though
there might be an edit that was not tried.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice

from lsp_server.constraint import Grammar, check, load_grammar
from lsp_server.constraint.tokens import unclosed
from lsp_server.evaluation.breaking import Break, BrokenCut
from lsp_server.evaluation.counting import Outcome
from lsp_server.evaluation.cuts import Cut
from lsp_server.evaluation.finish import closings, endings
from lsp_server.evaluation.judges import Judge
from lsp_server.features.completion import Item
from lsp_server.lalr import drive
from lsp_server.languages import QUOTES, Language
from lsp_server.syntax import parse
from lsp_server.text import Span

TRIES = 16_000
"""The most edits that are put to the judge for one suggestion, a tenth of them with an ending too."""

LONG = 8_000
"""Files above this many characters are cut down to what is near before edits are tried."""

_WORDS, _SIGNS = (3, 1), (8, 4)
"""About so many lexemes before and behind a place fixed words are put in, and signs, or one is left out."""

_LEFT_OUT = 24
"""So many lexemes about the mistake and where the parser stops are left out before anything else is tried."""

_BESIDE = 2_000
"""So many changes by brackets, quotes and separators come before those by the words of a language."""

_SEPARATORS = (",", ";", ":", "=", ".", "\n", " x ")


def assess(language: Language, cut: Cut, item: Item, judge: Judge) -> tuple[Outcome, str]:
    """What the judge says of the cut file with a suggestion in it, and the judge's message."""
    text = cut.text[: item.start] + item.text + cut.text[item.end :]
    verdict = judge(text)
    if verdict.valid:
        return Outcome.VALID, ""
    if verdict.ignored:
        return Outcome.NOT_SYNTAX, verdict.message
    if cut.at_end and any(
        judge(text + ending).well_formed
        for ending in endings(load_grammar(language), text, cut.original, cut.start)
    ):
        return Outcome.UNFINISHED, verdict.message
    return Outcome.VIOLATION, verdict.message


def assess_broken(language: Language, broken: BrokenCut, item: Item, judge: Judge) -> tuple[Outcome, str]:
    """What the judge says of a broken file with a suggestion in it, and its message on the file as it stands.

    The item's offsets are those of `broken.text`. `MENDED`: the judge accepts the file as it stands. `VALID`
    (or `UNFINISHED`, `NOT_SYNTAX`): it accepts it with the mistake undone. It follows that all before the
    mistake is the beginning of a valid text and that all after it is the end of one. `NO_WORSE`: it accepts
    it with one other edit outside the suggestion: a lexeme deleted, put in or changed, or a part of what the
    mistake removed put back. `VIOLATION`: none of these.
    """
    text = broken.text[: item.start] + item.text + broken.text[item.end :]
    verdict = judge(text)
    if verdict.well_formed:
        return Outcome.MENDED, verdict.message
    shift = broken.shift
    undone = Item(item.text, item.start - shift, item.end - shift, item.logprob, item.stop)
    outcome, _ = assess(language, broken.cut, undone, judge)
    if outcome is not Outcome.VIOLATION:
        return outcome, verdict.message
    if _one_edit_mends(language, *_near(language, broken, item), judge):
        return Outcome.NO_WORSE, verdict.message
    return Outcome.VIOLATION, verdict.message


def _near(language: Language, broken: BrokenCut, item: Item) -> tuple[BrokenCut, Item]:
    """The same in a shorter file, if the file is long: the top-level elements about cut and mistake.

    A text of whole elements is valid by itself, so what is valid with fewer around it is valid with all.
    """
    cut, mistake, whole = broken.cut, broken.broken, broken.cut.original
    tree = parse(language, whole) if len(whole) > LONG else None
    if tree is None or tree.error_count:
        return broken, item
    start = tree.element_start(tree.element_start(min(cut.start, mistake.start)))
    after = tree.next_element(max(cut.end, mistake.end))
    end = None if after is None else tree.next_element(after + 1)
    return (
        BrokenCut(
            Cut(whole[start:end], cut.start - start, cut.end - start, cut.multiline),
            Break(mistake.start - start, mistake.end - start, mistake.text, mistake.how),
        ),
        Item(item.text, item.start - start, item.end - start, item.logprob, item.stop),
    )


def _one_edit_mends(language: Language, broken: BrokenCut, item: Item, judge: Judge) -> bool:
    text = broken.text[: item.start] + item.text + broken.text[item.end :]
    inserted = Span(item.start, item.start + len(item.text))
    site = broken.broken.start
    if site >= broken.cut.start:
        site += len(text) - len(broken.file)
    edits = list(islice(_edits(language, text, inserted, broken, site), TRIES))
    if any(judge(edited).well_formed for edited in edits):
        return True
    grammar, ends = load_grammar(language), broken.cut.at_end
    return ends and any(_can_end(grammar, edited, broken, judge) for edited in edits[: TRIES // 10])


def _can_end(grammar: Grammar, text: str, broken: BrokenCut, judge: Judge) -> bool:
    return any(judge(text + ending).well_formed for ending in closings(grammar, text, broken.cut.original))


@dataclass(frozen=True, slots=True)
class _Edit:
    span: Span
    text: str


def _edits(language: Language, text: str, inserted: Span, broken: BrokenCut, site: int) -> Iterator[str]:
    """The text after each single edit outside a span; those of the mistake at `site`, then the nearest.

    As near is what is near to where our own parser stops: it only proposes, the judge decides.
    """
    mistake = Span(site, site + len(broken.broken.text))
    failure = check(load_grammar(language), text)
    stop = site if failure is None else failure.offset
    others = [*_of_lexemes(language, text)]
    edits = sorted((edit for edit in others if not edit.text), key=partial(_away, (site, stop)))
    edits = [*edits[:_LEFT_OUT], *_of_mistake(language, broken, mistake)]
    others.sort(key=partial(_away, (site, stop, inserted.end)))
    places = (stop, inserted.start, mistake.end, inserted.end)
    fixed = _fixed_words(language)
    signs = [word for word in fixed if not word.strip().isalnum()]
    tokens = [Span(*match.span()) for match in re.finditer(r"\w+|[^\w\s]", text)]
    lexemes = [Span(*match.span()) for match in _lexemes(language, text)]
    words = chain(
        _of_words(_about(tokens, places, *_SIGNS), ["", *signs, *(sign.strip() for sign in signs)]),
        _of_words(_about(lexemes, places, *_WORDS), fixed),
    )
    seen: set[str] = set()
    for edit in (*edits, *others[:_BESIDE], *words, *others[_BESIDE:]):
        if edit.span.start < inserted.end and edit.span.end > inserted.start:
            continue
        edited = text[: edit.span.start] + edit.text + text[edit.span.end :]
        if edited not in seen:
            seen.add(edited)
            yield edited


def _away(places: Iterable[int], edit: _Edit) -> int:
    """How far an edit is from the nearest of some places."""
    return min(abs(edit.span.start - place) for place in places)


def _of_mistake(language: Language, broken: BrokenCut, site: Span) -> Iterator[_Edit]:
    """Parts of what the mistake removed, also with their brackets closed, lexemes, and fixed ones, instead.

    The signs among the latter also beside it, and there also a text of each terminal that has no fixed one.
    """
    whole = broken.cut.original
    removed = whole[broken.broken.start : broken.broken.end]
    lexemes = [match.span() for match in _lexemes(language, removed)][:24]
    for first, (start, _) in enumerate(lexemes):
        for _, end in lexemes[first:]:
            yield _Edit(site, removed[start:end])
            if closers := unclosed(language.brackets, removed[start:end]):
                yield _Edit(site, f"{removed[start:end]} {closers}")
    for lexeme in dict.fromkeys(match.group() for match in islice(_lexemes(language, whole), 400)):
        yield _Edit(site, f" {lexeme} ")
    words = _fixed_words(language)
    yield from (_Edit(site, word) for word in words)
    for word in (*(word for word in words if not word.strip().isalnum()), *_samples(language, whole)):
        yield _Edit(Span(site.start, site.start), word)
        yield _Edit(Span(site.end, site.end), word)


def _about(lexemes: Sequence[Span], places: Iterable[int], before: int, after: int) -> list[Span]:
    """Of some lexemes the last few that begin before each of some places, and the first few behind it."""
    found: dict[Span, None] = {}
    for place in places:
        first = bisect_left(lexemes, place, key=lambda lexeme: lexeme.start)
        found |= dict.fromkeys(lexemes[max(first - before, 0) : first + after])
    return list(found)


def _of_words(lexemes: Iterable[Span], words: Sequence[str]) -> Iterator[_Edit]:
    """Some words put in before, or for, each of some lexemes."""
    for lexeme in lexemes:
        for word in words:
            yield _Edit(Span(lexeme.start, lexeme.start), word)
            yield _Edit(lexeme, word)


def _fixed_words(language: Language) -> list[str]:
    """The fixed words and signs of a language, each between blanks."""
    terminals = load_grammar(language).terminals.values()
    return [f" {terminal.word} " for terminal in terminals if terminal.word is not None]


def _samples(language: Language, text: str) -> list[str]:
    """For each terminal without a fixed text, the first that a valid text has of it, between blanks."""
    grammar = load_grammar(language)
    found: dict[str, str] = {}
    for lexeme, _ in drive(grammar, grammar.start(), text, 0):
        terminal = grammar.terminals.get(lexeme.terminal)
        if terminal is not None and terminal.word is None:
            found.setdefault(lexeme.terminal, f" {text[lexeme.start : lexeme.end]} ")
    return list(found.values())


def _of_lexemes(language: Language, text: str) -> Iterator[_Edit]:
    """Each lexeme left out, and brackets, quotes and separators put in before or behind it or for it.

    Two signs that touch are left out together too: they are one mistake where garbage was put in.
    """
    brackets = [bracket for pair in language.brackets for bracket in pair]
    marks = (*brackets, *QUOTES, *_SEPARATORS)
    before = Span(0, 0)
    for match in _lexemes(language, text):
        span = Span(*match.span())
        yield _Edit(span, "")
        signs = not text[before.start].isalnum() and not text[span.start].isalnum()
        if signs and before.start < before.end == span.start:
            yield _Edit(Span(before.start, span.end), "")
        for mark in marks:
            yield _Edit(Span(span.start, span.start), mark)
            yield _Edit(span, mark)
            yield _Edit(Span(span.end, span.end), mark)
        before = span
    for mark in marks:
        yield _Edit(Span(len(text), len(text)), mark)


def _lexemes(language: Language, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"{language.word}|\d+|[^\w\s]", text)
