"""Compares three parsers of a language over real files: the judge, the constraint grammar, and the tree.

The constraint grammar makes suggestions and the tree checks them, so where the two differ a suggestion
is lost; where the constraint accepts what the judge rejects, the product's promise is at stake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lsp_server.constraint import check, load_grammar
from lsp_server.evaluation.corpus import Source
from lsp_server.evaluation.judges import Judge
from lsp_server.languages import Language
from lsp_server.syntax import Problem, parse
from lsp_server.text import LineIndex

JUDGE, CONSTRAINT, TREE = "judge", "constraint", "tree"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A file on which the three differ.

    `offset` and `line` (1-based) are where the constraint, or else the tree, first rejects the file;
    None where the judge alone does. `message` is of the first of judge, constraint and tree to reject it.
    """

    name: str
    accepted_by: tuple[str, ...]
    offset: int | None
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How many files each parser accepts.

    `covered` counts the files that judge and constraint accept, `overreach` those that the constraint
    accepts and the judge rejects, `agreed` those on which constraint and tree say the same.
    """

    language: str
    files: int
    judged_valid: int
    covered: int
    overreach: int
    tree_accepts: int
    agreed: int
    disagreements: tuple[Disagreement, ...]

    @property
    def coverage(self) -> float:
        """The share of the files the judge accepts that the constraint grammar parses."""
        return self.covered / self.judged_valid if self.judged_valid else 1.0

    @property
    def agreement(self) -> float:
        """The share of files on which constraint and tree agree."""
        return self.agreed / self.files if self.files else 1.0


@dataclass(frozen=True, slots=True)
class _Opinion:
    accepted: bool
    offset: int | None = None
    message: str = ""


def measure_agreement(
    language: Language, sources: Sequence[Source], judge: Judge, progress: Callable[[int], None] | None = None
) -> AgreementReport:
    """Parse every file with all three; `progress` gets the number of files done."""
    counts = dict.fromkeys(("valid", "covered", "overreach", "tree", "agreed"), 0)
    disagreements: list[Disagreement] = []
    for done, source in enumerate(sources, start=1):
        opinions = _opinions(language, source.text, judge)
        judged, constraint, tree = (opinions[who].accepted for who in (JUDGE, CONSTRAINT, TREE))
        counts["valid"] += judged
        counts["covered"] += judged and constraint
        counts["overreach"] += constraint and not judged
        counts["tree"] += tree
        counts["agreed"] += constraint == tree
        if not judged == constraint == tree:
            disagreements.append(_disagreement(source, opinions))
        if progress is not None:
            progress(done)
    return AgreementReport(
        language.id,
        len(sources),
        counts["valid"],
        counts["covered"],
        counts["overreach"],
        counts["tree"],
        counts["agreed"],
        tuple(disagreements),
    )


def _opinions(language: Language, text: str, judge: Judge) -> dict[str, _Opinion]:
    verdict = judge(text)
    failure = check(load_grammar(language), text)
    tree = parse(language, text)
    return {
        JUDGE: _Opinion(verdict.well_formed, None, verdict.message),
        CONSTRAINT: _Opinion(True)
        if failure is None
        else _Opinion(False, failure.offset, f"expected {' or '.join(failure.expected)}"),
        TREE: _Opinion(True)
        if tree.error_count == 0
        else _Opinion(False, tree.problems[0].span.start, _told(tree.problems[0])),
    }


def _told(problem: Problem) -> str:
    return "unexpected text" if problem.missing is None else f"missing {problem.missing}"


def _disagreement(source: Source, opinions: dict[str, _Opinion]) -> Disagreement:
    rejecting = [opinion for opinion in opinions.values() if not opinion.accepted]
    offset = next((opinion.offset for opinion in rejecting if opinion.offset is not None), None)
    return Disagreement(
        source.name,
        tuple(who for who, opinion in opinions.items() if opinion.accepted),
        offset,
        None if offset is None else LineIndex(source.text).line_of(offset) + 1,
        rejecting[0].message,
    )
