"""Looks for texts on which a language's parsers disagree: in real files, in programs made from its grammar,
and in mutants of both; and brings each down to the smallest text that shows it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lsp_server.agreement.asking import Verdict
from lsp_server.agreement.known import KnownDisagreement, read_known
from lsp_server.agreement.mutations import Mutator
from lsp_server.agreement.opinions import DisagreementKind, Panel
from lsp_server.agreement.pieces import shape
from lsp_server.agreement.sampling import Samples, draw_samples
from lsp_server.agreement.shrinking import shrink
from lsp_server.constraint import check
from lsp_server.errors import DocumentError
from lsp_server.languages.cases import read_cases
from lsp_server.languages.sources import Source
from lsp_server.text import read_text

_EXCERPT = 600
_EXCERPTS_OF_ONE = 4
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Files:
    """How many real files each parser accepts.

    `covered` counts those that judge and constraint accept, `overreach` those that the constraint accepts
    and the judge rejects, `agreed` those on which constraint and tree say the same. `judged_valid` and what
    follows from it is 0 without a judge.
    """

    files: int
    judged_valid: int
    covered: int
    overreach: int
    tree_accepts: int
    agreed: int


@dataclass(frozen=True, slots=True)
class DisagreementGroup:
    """Disagreements of one kind whose smallest texts have one shape.

    `text` is the shortest of these, `count` how many texts were brought down to one of them, `found_in`
    names the first few. `said` holds a line for each parser that rejects `text`. `known` is the title of
    the bundle's entry that explains it, and `reason` that entry's.
    """

    kind: DisagreementKind
    shape: str
    text: str
    count: int
    found_in: tuple[str, ...]
    said: tuple[str, ...]
    known: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What was tried, and every disagreement, new ones before known ones, the worst and most frequent first.

    `unseen` are the titles of known disagreements that nothing here showed; that is no fault, since what is
    tried is drawn at random.
    """

    language: str
    seed: int
    judged: bool
    files: Files
    samples: int
    dropped: Mapping[str, int]
    productions: int
    used: int
    mutants: int
    kinds: Mapping[str, int]
    groups: tuple[DisagreementGroup, ...]
    unseen: tuple[str, ...]

    @property
    def new(self) -> tuple[DisagreementGroup, ...]:
        """The groups that no known disagreement explains."""
        return tuple(group for group in self.groups if group.known is None)


def measure_agreement(
    panel: Panel,
    sources: Sequence[Source] = (),
    *,
    samples: int = 1000,
    mutants: int = 4000,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> AgreementReport:
    """Compare the parsers of a language.

    Args:
        panel: the parsers.
        sources: real files, each parsed whole; pieces of them are mutated too.
        samples: sentences to make from the grammar.
        mutants: texts to make from the programs, the bundle's own examples and cases, and the files.
        seed: of all that is drawn; the same one gives the same report.
        progress: gets what is done, how much of it, and of how much.

    Raises:
        BundleError: the bundle's list of known disagreements cannot be read.

    """
    known = read_known(panel.language)

    def told(what: str, total: int) -> Callable[[int], None]:
        return lambda done: progress(what, done, total)

    disagreeing: dict[str, tuple[DisagreementKind, str]] = {}
    files = _compare_files(panel, sources, disagreeing, told("files", len(sources)))
    drawn = draw_samples(panel.grammar, samples, seed, progress=told("programs", samples))
    tried = set()
    for text, name in _texts(panel, sources, drawn, mutants, seed, told("mutants", mutants)):
        if text not in tried:
            tried.add(text)
            kind = panel.kind(text)
            if kind is not None:
                disagreeing.setdefault(text, (kind, name))
    groups = _grouped(panel, disagreeing, known, told("smallest texts", len(disagreeing)))
    seen = {group.known for group in groups}
    kinds = Counter(kind.value for kind, _ in disagreeing.values())
    return AgreementReport(
        language=panel.language.id,
        seed=seed,
        judged=panel.judge is not None,
        files=files,
        samples=len(drawn.texts),
        dropped=drawn.dropped,
        productions=drawn.productions,
        used=drawn.used,
        mutants=len(tried) - len(drawn.texts),
        kinds={kind.value: kinds[kind.value] for kind in DisagreementKind},
        groups=groups,
        unseen=tuple(entry.title for entry in known if entry.title not in seen),
    )


def _compare_files(
    panel: Panel,
    sources: Sequence[Source],
    disagreeing: dict[str, tuple[DisagreementKind, str]],
    progress: Callable[[int], None],
) -> Files:
    counts: Counter[str] = Counter()
    for done, source in enumerate(sources, start=1):
        constraint = check(panel.grammar, source.text) is None
        tree = panel.tree(source.text).error_count == 0
        verdict = Verdict(False, unsure=True) if panel.judge is None else panel.judge(source.text)
        judged = verdict.well_formed
        counts.update(
            valid=judged,
            covered=judged and constraint,
            overreach=constraint and not judged and not verdict.unsure,
            tree=tree,
            agreed=constraint == tree,
        )
        kind = panel.kind(source.text)
        if kind is not None:
            disagreeing.setdefault(source.text, (kind, source.name))
        progress(done)
    return Files(
        len(sources),
        counts["valid"],
        counts["covered"],
        counts["overreach"],
        counts["tree"],
        counts["agreed"],
    )


def _texts(
    panel: Panel,
    sources: Sequence[Source],
    drawn: Samples,
    mutants: int,
    seed: int,
    progress: Callable[[int], None],
) -> Iterator[tuple[str, str]]:
    """The programs, then mutants of them and of everything else, each with its name."""
    for number, text in enumerate(drawn.texts, start=1):
        yield text, f"program {number}"
    source = random.Random(seed)  # noqa: S311
    own = list(_of_bundle(panel))
    made = [(text, f"program {number}") for number, text in enumerate(drawn.texts, start=1)]
    real = [(file.text, file.name) for file in sources]
    origins = [texts for texts in (own, made, real) if texts]
    mutator = Mutator(panel.grammar, source)
    for done in range(1, mutants + 1 if origins else 0):
        text, name = source.choice(source.choice(origins))
        yield mutator.mutate(_excerpt(panel, text, source)), f"mutant of {name}"
        progress(done)


def _of_bundle(panel: Panel) -> Iterator[tuple[str, str]]:
    """The examples and the valid syntax cases of a bundle."""
    directory = panel.language.directory
    for path in sorted(directory.glob("examples/*")):
        try:
            yield read_text(path), path.name
        except DocumentError:
            continue
    for case in read_cases(directory, "syntax"):
        if case.expected == ("valid",):
            yield case.text, case.title


def _excerpt(panel: Panel, text: str, source: random.Random) -> str:
    """A few top-level elements of a text that the constraint accepts by themselves, else the whole text."""
    if len(text) <= _EXCERPT:
        return text
    starts = _starts(panel, text)
    for _ in range(_EXCERPTS_OF_ONE if len(starts) > 1 else 0):
        first = source.randrange(len(starts))
        last = min(len(starts), first + source.randint(1, 3))
        end = starts[last] if last < len(starts) else len(text)
        part = text[starts[first] : end]
        if check(panel.grammar, part) is None:
            return part
    return text


def _starts(panel: Panel, text: str) -> list[int]:
    """Where top-level elements begin."""
    tree, found = panel.tree(text), []
    start = tree.next_element(0)
    while start is not None:
        found.append(start)
        start = tree.next_element(start + 1)
    return found


def _grouped(
    panel: Panel,
    disagreeing: Mapping[str, tuple[DisagreementKind, str]],
    known: Sequence[KnownDisagreement],
    progress: Callable[[int], None],
) -> tuple[DisagreementGroup, ...]:
    smallest: dict[tuple[DisagreementKind, str], list[tuple[str, str]]] = {}
    shrunk: dict[tuple[DisagreementKind, str], str] = {}
    for done, (text, (kind, name)) in enumerate(disagreeing.items(), start=1):
        small = _smallest(panel, kind, text)
        shapes = shrunk.get((kind, small))
        if shapes is None:
            shapes = shrunk[kind, small] = shape(panel.grammar, small)
        smallest.setdefault((kind, shapes), []).append((small, name))
        progress(done)
    groups = [_group(panel, kind, look, found, known) for (kind, look), found in smallest.items()]
    order = list(DisagreementKind)
    groups.sort(
        key=lambda group: (group.known is not None, order.index(group.kind), -group.count, group.shape)
    )
    return tuple(groups)


def _smallest(panel: Panel, kind: DisagreementKind, text: str) -> str:
    starts = _starts(panel, text) if len(text) > _EXCERPT else []
    return shrink(panel.grammar, text, lambda candidate: panel.kind(candidate) is kind, starts)


def _group(
    panel: Panel,
    kind: DisagreementKind,
    look: str,
    found: Sequence[tuple[str, str]],
    known: Sequence[KnownDisagreement],
) -> DisagreementGroup:
    text = min((small for small, _ in found), key=lambda small: (len(small), small))
    judged = panel.judge is not None
    entry = next((e for e in known if e.explains(panel.grammar, kind, text, judged)), None)
    names = tuple(dict.fromkeys(name for _, name in found))
    return DisagreementGroup(
        kind,
        look,
        text,
        len(found),
        names[:_NAMES],
        panel.said(text),
        None if entry is None else entry.title,
        None if entry is None else entry.reason,
    )
