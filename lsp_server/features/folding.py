"""What of a text can be folded away: what the bundle's `folds` query captures, comments, and regions.

Captures are `@fold`, or `@fold.KIND` with a `FoldKind`. Line comments that follow each other, each alone
on its line, fold as one; so does what stands between two comments `region` and `endregion`. What is on one
line does not fold. Of the folds of one line, which hide text from the same place on, the longest is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lsp_server.syntax import SyntaxTree
from lsp_server.text import Span

_CAPTURE = "fold"
_REGION = re.compile(r"\W*(?P<end>end ?)?region\b", re.IGNORECASE)
_GOES_ON = re.compile(r"[^\n\w]*\w")


class FoldKind(StrEnum):
    """What folds that editors treat apart hold."""

    COMMENT = "comment"
    IMPORTS = "imports"
    REGION = "region"


_KINDS = {kind.value: kind for kind in FoldKind}
_Capture = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class Fold:
    """A fold from line `first`, which stays in sight, to line `last`; of its text the `span` is hidden."""

    first: int
    last: int
    span: Span
    kind: FoldKind | None = None


def folds(
    tree: SyntaxTree,
    *,
    whole_lines: bool = False,
    limit: int | None = None,
    rest: Callable[[], None] = lambda: None,
) -> tuple[Fold, ...]:
    """The folds of a text in order of place, an outer one before those in it.

    Args:
        tree: the tree of the text.
        whole_lines: whether only lines can be hidden. The last line then stays in sight where it begins with
            a closing bracket or goes on after the fold.
        limit: the most folds; the innermost are left out.
        rest: is called on the way, and may take its time.

    """
    captures: list[_Capture] = []
    for _, name, start, end in tree.captures("folds"):
        rest()
        captures.append((name, Span(start, end)))
    longest: dict[int, Fold] = {}
    for fold in (*_captured(tree, captures), *_regions(tree, captures)):
        other = longest.get(fold.first)
        if other is None or fold.span.end > other.span.end:
            longest[fold.first] = fold
    ordered = [_of_lines(tree, longest[line]) if whole_lines else longest[line] for line in sorted(longest)]
    ordered = [fold for fold in ordered if fold.last > fold.first]
    return tuple(ordered if limit is None else _outermost(ordered, limit))


def _captured(tree: SyntaxTree, captures: Iterable[_Capture]) -> Iterator[Fold]:
    comments: list[Span] = []
    for capture, span in captures:
        name, _, kind = capture.partition(".")
        if name != _CAPTURE:
            continue
        fold = _fold(tree, span, _KINDS.get(kind))
        if fold.kind is FoldKind.COMMENT and fold.first == fold.last:
            comments.append(span)
        yield fold
    for run in _runs(tree, comments):
        yield _fold(tree, run, FoldKind.COMMENT)


def _runs(tree: SyntaxTree, comments: Iterable[Span]) -> list[Span]:
    """Comments on lines of their own, joined where these follow each other; regions begin and end a run."""
    runs: list[Span] = []
    for comment in sorted(comments):
        if not _alone(tree, comment) or _REGION.match(tree.text, comment.start, comment.end):
            continue
        if runs and tree.lines.line_of(runs[-1].end) + 1 == tree.lines.line_of(comment.start):
            comment = Span(runs.pop().start, comment.end)
        runs.append(comment)
    return runs


def _alone(tree: SyntaxTree, comment: Span) -> bool:
    return not tree.text[tree.lines.start_of(tree.lines.line_of(comment.start)) : comment.start].strip()


def _regions(tree: SyntaxTree, captures: Iterable[_Capture]) -> Iterator[Fold]:
    """What stands between a comment that begins a region and the one that ends it."""
    begun: list[Span] = []
    for span in sorted(span for name, span in captures if name == f"{_CAPTURE}.{FoldKind.COMMENT}"):
        marker = _REGION.match(tree.text, span.start, span.end)
        if marker is None or not _alone(tree, span):
            continue
        if not marker["end"]:
            begun.append(span)
        elif begun:
            yield _fold(tree, Span(begun.pop().start, span.end), FoldKind.REGION)


def _fold(tree: SyntaxTree, span: Span, kind: FoldKind | None) -> Fold:
    """The fold of a span: hidden is what follows its first line, up to its end or a closing bracket there."""
    first, last = tree.lines.line_of(span.start), tree.lines.line_of(max(span.end - 1, span.start))
    end = span.end
    closer = next((c for _, c in tree.language.brackets if tree.text.endswith(c, span.start, end)), "")
    return Fold(first, last, Span(tree.lines.end_of(first), end - len(closer)), kind)


def _of_lines(tree: SyntaxTree, fold: Fold) -> Fold:
    start, end = tree.lines.start_of(fold.last), tree.lines.end_of(fold.last)
    closes = tree.text[start:end].lstrip().startswith(tuple(closer for _, closer in tree.language.brackets))
    goes_on = fold.kind is None and _GOES_ON.match(tree.text, fold.span.end, end)
    return Fold(fold.first, fold.last - 1, fold.span, fold.kind) if closes or goes_on else fold


def _outermost(ordered: Sequence[Fold], limit: int) -> list[Fold]:
    """At most so many folds, in order: those that the fewest others enclose."""
    enclosing: list[Fold] = []
    depths = []
    for number, fold in enumerate(ordered):
        while enclosing and enclosing[-1].span.end < fold.span.end:
            enclosing.pop()
        depths.append((len(enclosing), number))
        enclosing.append(fold)
    return [ordered[number] for number in sorted(number for _, number in sorted(depths)[:limit])]
