"""An explanation in plain words: sentences for a terminal, a page for an editor.

Knows neither the protocol nor how a suggestion is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lsp_server.features.explaining import Explanation

STEPS: Mapping[str, str] = {
    "prefix": "reading the text before the cursor",
    "hole": "working out what fits",
    "compile": "preparing the grammar for the model",
    "model": "running the model",
    "mask": "finding the tokens that are allowed",
    "oracle": "checking texts with the grammar",
    "total": "in all",
    "loading": "loading the model, so far",
    "answer": "until the editor had its answer",
}
"""What took time, by its name in `Explanation.timings_ms`."""

COUNTERS: Mapping[str, str] = {
    "tokens": "tokens that were chosen",
    "copied": "tokens that were copied from nearby text",
    "forced": "tokens where the grammar allowed only one",
    "passes": "runs of the model",
    "bans": "tokens that the grammar check refused",
    "rollbacks": "tokens that were taken back",
    "named": "words replaced by a name that exists",
    "cut": "texts that ended at the limit or in a dead end",
    "lost": "texts that were given up",
    "astray": "texts in which the model repeated itself",
    "satisfied": "times that the model had nothing to add",
    "masked": "times that the allowed tokens were worked out",
    "unmasked": "times that they could not be worked out",
    "relaxation": "words after the cursor that the model was held to",
    "disagreements": "texts that gave the syntax tree an error",
}
"""What was counted, by its name in `Explanation.statistics`."""

_MOST_NAMES = 8


def outcome(told: Explanation) -> str:
    """What was suggested, or why nothing was, in a few words."""
    if told.reason is not None:
        return f"no suggestion, because {told.reason}"
    return "1 suggestion" if told.offered == 1 else f"{told.offered} suggestions"


def dropped(told: Explanation) -> tuple[str, ...]:
    """A line for each filter that kept texts away: how many, and why."""
    return tuple(f"{_texts(count)}: {why}" for why, count in told.dropped.items())


def strays(told: Explanation) -> tuple[str, ...]:
    """A line for each word of the model that named nothing: the names that may stand there."""
    return tuple(
        f"`{word}` names nothing; {_any_of(names) if names else 'no name of its kind exists'}"
        for word, names in told.strays.items()
    )


def fitting(names: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names of lexemes in groups, each with its title: kinds, signs and words."""
    groups: dict[str, list[str]] = {"names and values": [], "words": [], "signs": []}
    for name in names:
        is_fixed = name[:1] in {"`", "'"}
        is_word = any(character.isalpha() for character in name)
        groups["names and values" if not is_fixed else "words" if is_word else "signs"].append(name)
    groups["words"].sort()
    return tuple((title, tuple(group)) for title, group in groups.items() if group)


def figures(timings_ms: Mapping[str, float], tokens: int, statistics: Mapping[str, int]) -> dict[str, str]:
    """What there is to measure and count, under plain labels; what is zero is left out."""
    counts = {"tokens": tokens, **statistics}
    rows = {STEPS.get(name, name): f"{ms:.1f} ms" for name, ms in timings_ms.items()}
    return rows | {COUNTERS.get(name, name): f"{count:g}" for name, count in counts.items() if count}


def page(place: str, told: Explanation, last: Explanation | None, error: str | None) -> str:
    """The account as Markdown.

    Args:
        place: the cursor in words, as in `main.tf, line 3, column 7`.
        told: the explanation of what is suggested now.
        last: what became of the editor's own last request there.
        error: the place of the error before which nothing can be suggested, in words.

    """
    return "\n\n".join(_page(place, told, last, error)) + "\n"


def _page(place: str, told: Explanation, last: Explanation | None, error: str | None) -> Iterator[str]:
    yield f"# {'A suggestion' if told.offered else 'No suggestion'} here"
    yield f"*{place}*"
    yield f"**{_verdict(told)}**"
    yield from map(_quoted, told.texts)
    if last is not None and (last.reason, last.offered) != (told.reason, told.offered):
        yield f"When the editor asked last: {_lowered(_verdict(last))}"
    groups = fitting(told.expected.names)
    if groups:
        yield "## What fits here" if error is None else f"## What was expected at {error}"
        yield _listed(f"{title}: {', '.join(names)}" for title, names in groups)
    if told.strays:
        yield "## Names"
        yield _listed(strays(told))
    if told.dropped:
        yield "## What was dropped"
        yield _listed(dropped(told))
    yield from _folded(told, last)


def _verdict(told: Explanation) -> str:
    if told.reason is not None:
        return f"{told.reason[0].upper()}{told.reason[1:]}."
    return "Holegram suggests " + ("this text." if told.offered == 1 else f"{told.offered} texts.")


def _folded(told: Explanation, last: Explanation | None) -> Iterator[str]:
    """Timings and counters, out of the way until they are wanted."""
    rows = figures(told.timings_ms, told.tokens, told.statistics)
    if last is not None:
        rows |= {f"last request: {what}": value for what, value in figures(last.timings_ms, 0, {}).items()}
    if rows:
        yield "<details><summary>Timings and counters</summary>"
        if told.recalled and told.offered:
            yield "The suggestion was remembered: the model was not asked again."
        yield "| what | how much |\n| --- | ---: |\n" + "\n".join(f"| {k} | {v} |" for k, v in rows.items())
        yield "</details>"


def _quoted(text: str) -> str:
    """A block of code, in a fence that the text does not hold."""
    fence = "`" * (1 + max(map(len, re.findall(r"`{3,}", text)), default=2))
    return f"{fence}\n{text}\n{fence}"


def _listed(lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count} texts"


def _any_of(names: Sequence[str]) -> str:
    told = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    return f"there {'are' if len(names) > 1 else 'is'} {told}" + (
        " and more" if len(names) > _MOST_NAMES else ""
    )


def _lowered(sentence: str) -> str:
    return sentence if sentence.startswith("Holegram") else sentence[:1].lower() + sentence[1:]
