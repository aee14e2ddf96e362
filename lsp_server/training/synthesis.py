"""Makes programs of a language from a few examples: parts of them, put together in other ways, under other
names.

A part is what a node of a syntax tree spans. It is put in the place of another of the same kind, so that
each comes as often as in the examples; what the grammar does not take, or a judge, is left out. It must not
know any network.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from lsp_server.errors import UsageError
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.syntax import parse
from lsp_server.text import Span
from lsp_server.training.material import near_copies

_SWAPS, _NAMES = (2, 6), (1, 5)
"""So many parts of a program are put in from elsewhere, and so many of its names are others."""

_TRIES = 12
"""So often something is tried for each program that is wanted."""

_LONGEST = 20_000
_PLOTTED = 30
_WORD_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d]+")

Fill = Callable[[str, int], str]
"""What a model writes at a place of a text."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Programs that were made, and what became of the others, by the reason.

    `examples` and `programs` count, for each kind of node with the kinds of what it has in it, how often it
    comes.
    """

    texts: tuple[str, ...] = field(repr=False)
    left_out: Mapping[str, int]
    examples: Mapping[str, int]
    programs: Mapping[str, int]

    @property
    def covered(self) -> int:
        """How many of the kinds in the examples are in the programs too."""
        return len(self.examples.keys() & self.programs.keys())


@dataclass(frozen=True, slots=True)
class _Program:
    """A text, and the kinds and spans of the nodes of its tree, the outer ones first."""

    text: str
    nodes: Sequence[tuple[str, Span]]

    @property
    def kinds(self) -> list[str]:
        """What it is made of, by which a renaming shows that it changed nothing else."""
        return [kind for kind, _ in self.nodes]


def synthesize(
    language: Language,
    examples: Sequence[Source],
    count: int,
    valid: Callable[[str], bool],
    seed: int = 0,
    fill: Fill | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Synthesis:
    """Make programs; the same examples and seed make the same ones.

    Args:
        language: their language.
        examples: what they are made of.
        count: how many are wanted; fewer come where too many are alike.
        valid: whether a text is one, by whoever judges it.
        seed: of what is drawn.
        fill: writes the rest of a line here and there.
        progress: gets how many there are.

    Raises:
        UsageError: no example is valid.

    """
    known = [program for source in examples if (program := _read(language, source.text)) is not None]
    if not known:
        raise UsageError(f"no valid example of {language.name}", remedy="add some to the bundle's examples")
    rng, left_out = Random(seed), Counter[str]()  # noqa: S311 - programs, not secrets
    pool: defaultdict[str, list[str]] = defaultdict(list)
    for program in known:
        for kind, span in program.nodes[1:]:
            pool[kind].append(program.text[span.start : span.end])
    words = sorted({word for program in known for word in re.findall(language.word or r"\w+", program.text)})
    found = {source.text: None for source in examples}
    texts: list[str] = []
    for _ in range(count * _TRIES):
        if len(texts) == count:
            break
        made = _made(language, rng.choice(known), pool, words, rng)
        if made is not None and fill is not None and rng.random() < 0.5:
            made = _filled(made, fill, rng)
        if made is None:
            left_out["not read by the grammar"] += 1
        elif made in found:
            left_out["copy of another"] += 1
        elif not valid(made):
            left_out["not valid"] += 1
        else:
            found[made] = None
            texts.append(made)
            progress(len(texts))
    groups = near_copies([Source(str(number), text) for number, text in enumerate(texts)], alike=0.9)
    kept = tuple(group[0].text for group in groups)
    left_out["near copy of another"] += len(texts) - len(kept)
    told = {why: number for why, number in left_out.items() if number}
    return Synthesis(kept, told, _shapes(language, [one.text for one in known]), _shapes(language, kept))


def coverage_table(made: Synthesis) -> str:
    """What the programs cover, as a table in Markdown: what comes least in them first."""
    rows = sorted(made.examples, key=lambda shape: (made.programs.get(shape, 0), shape))
    lines = ["| node, and what is in it | examples | programs |", "| --- | --- | --- |"]
    lines += [
        f"| {shape.replace('|', chr(92) + '|')} | {made.examples[shape]} | {made.programs.get(shape, 0)} |"
        for shape in rows
    ]
    new = len(made.programs.keys() - made.examples.keys())
    lines += ["", f"{made.covered} of {len(made.examples)} are covered; {new} are in no example."]
    return "\n".join(lines) + "\n"


def coverage_plot(made: Synthesis) -> str:
    """The same for what comes most, as a picture (SVG): shares of all nodes, examples above programs."""
    totals = sum(made.examples.values()) or 1, sum(made.programs.values()) or 1
    names = sorted(made.examples, key=lambda shape: -made.examples[shape])[:_PLOTTED]
    largest = max(made.examples.values()) / totals[0]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{24 * len(names) + 30}" '
        'font-family="sans-serif" font-size="11">'
        '<text x="8" y="16">share of all nodes: examples (dark), programs (light)</text>'
    ]
    for row, name in enumerate(names):
        top = 28 + 24 * row
        shown = name[:44].replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f'<text x="8" y="{top + 13}">{shown}</text>')
        for at, (counts, total, colour) in enumerate(
            ((made.examples, totals[0], "#24527a"), (made.programs, totals[1], "#8fb8de"))
        ):
            width = min(400.0, 400 * counts.get(name, 0) / total / largest)
            parts.append(
                f'<rect x="320" y="{top + 9 * at + 1}" width="{width:.1f}" height="8" fill="{colour}"/>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _read(language: Language, text: str) -> _Program | None:
    tree = parse(language, text)
    return None if tree.error_count else _Program(text, tuple(tree.named_nodes()))


def _made(
    language: Language, base: _Program, pool: Mapping[str, Sequence[str]], words: Sequence[str], rng: Random
) -> str | None:
    """A program with parts of others in it, and other names; None where nothing came of it."""
    program = base
    for _ in range(rng.randint(*_SWAPS)):
        kind, span = rng.choice(program.nodes[1:] or program.nodes)
        part = rng.choice(pool.get(kind) or [""])
        text = program.text[: span.start] + part + program.text[span.end :]
        read = _read(language, text) if len(text) < _LONGEST else None
        program = program if read is None else read
    for _ in range(rng.randint(*_NAMES)):
        old, new = rng.choice(words), _named(words, rng)
        text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new.replace("\\", r"\\"), program.text)
        read = _read(language, text) if text != program.text else None
        if read is not None and read.kinds == program.kinds:
            program = read
    return None if program is base else program.text


def _named(words: Sequence[str], rng: Random) -> str:
    """A name that is made of parts of others."""
    one, other = (_WORD_PARTS.findall(word) or [word] for word in rng.choices(words, k=2))
    return f"{rng.choice(one)}_{rng.choice(other)}".lower() if rng.random() < 0.5 else rng.choice(words)


def _filled(text: str, fill: Fill, rng: Random) -> str:
    """A text in which a model has written the rest of a line."""
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    start, end = rng.choice(lines)
    at = rng.randint(start, end)
    return text[:at] + fill(text[:at] + text[end:], at) + text[end:]


def _shapes(language: Language, texts: Sequence[str]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for text in texts:
        read = _read(language, text)
        nodes = [] if read is None else read.nodes
        for number, (kind, span) in enumerate(nodes):
            inside: list[str] = []
            end = span.start
            for other, place in nodes[number + 1 :]:
                if place.start >= span.end:
                    break
                if place.start >= end:
                    inside.append(other)
                    end = max(place.end, place.start + 1)
            counts[f"{kind}: {' '.join(inside[:6])}".rstrip(": ")] += 1
    return counts
