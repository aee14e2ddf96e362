"""Prints why a grammar is not LALR(1), and what became of one that was repaired."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from lsp_server.cli.screen import console, visible

if TYPE_CHECKING:
    from lsp_server.authoring.repair import Repair
    from lsp_server.lalr.conflicts import Conflict, Conflicts, Example

_NO_EXAMPLES = "(no example was found)"


def print_conflicts(conflicts: Conflicts, path: Path) -> None:
    """Print each conflict with a sentence for both of its rules, marked where each rule reads."""
    out = console()
    for conflict in conflicts.found:
        for line in _conflict(conflict, path):
            out.print(line)
        out.print()
    if conflicts.more:
        out.print(f"and {conflicts.more:,} more")
    out.print(
        f"{_count(conflicts.reduce, 'reduce/reduce conflict')}, for which Lark makes no LALR(1) parser; "
        f"{_count(conflicts.shift, 'shift/reduce conflict')}, in which it goes on"
    )


def print_repair(repair: Repair, path: Path, text: str) -> None:
    """Print what was done to a grammar, what was taken back, what the proof is, and the changed lines."""
    out = console()
    for step in repair.steps:
        sure = "the language is kept by construction" if step.rewrite.sure else "tried out only"
        out.print(Text.assemble((f"{path}:{step.line}: ", "bold"), f"{step.rewrite.message}; {sure}"))
        if step.rewrite.tree:
            out.print(f"    tree: {step.rewrite.tree}")
    for undone in repair.undone:
        out.print(Text(f"not done: {undone.rewrite.message}; {undone.reason}", style="dim"))
    for line in difflib.unified_diff(
        text.splitlines(), repair.text.splitlines(), f"{path} as it was", f"{path} repaired", lineterm=""
    ):
        out.print(Text(visible(line), style={"+": "green", "-": "red"}.get(line[:1], "")))
    for summary in summaries(repair):
        out.print(summary)


def summaries(repair: Repair) -> Iterator[str]:
    """What became of a grammar, in a few lines."""
    proof = repair.proof
    yield (
        f"pairs of rules that conflict: {sum(repair.before)} before, {sum(repair.after)} now"
        + (f", {repair.after[1]} of them settled by going on" if repair.after[1] else "")
        + (f" ({repair.gave_up})" if repair.gave_up else "")
    )
    kind = "a test, not a proof" if any(not step.rewrite.sure for step in repair.steps) else "a test"
    if proof.counterexample is not None:
        yield f"not the same language: {proof.counterexample.message}"
    elif proof.drawn or proof.slips:
        yield (
            f"the language is the same for {proof.drawn:,} programs and {proof.slips:,} near ones, "
            f"{proof.taken:,} of which are programs too ({kind}; Lark's Earley parser is the judge)"
        )
    if repair.lost is not None:
        yield f"where Lark goes on, it loses programs such as `{' '.join(repair.lost.text.split())}`"
    same, compared = proof.trees
    if same < compared:
        yield f"trees are the same for {same} of {compared} programs; not for `{proof.other}`"


def _conflict(conflict: Conflict, path: Path) -> Iterator[Text]:
    sides = conflict.sides
    line = next((side.line for side in sides if side.line is not None), None)
    place = f"{path}:" if line is None else f"{path}:{line}:"
    yield Text.assemble((f"{place} {conflict.kind}: ", "bold"), visible(conflict.message))
    if conflict.examples is None:
        yield Text(f"  {_NO_EXAMPLES}", style="dim")
    else:
        alike = "two texts" if conflict.merged else "two texts, alike up to the mark"
        yield Text(f"  {'one text, read in two ways' if conflict.ambiguous else alike}:", style="dim")
        for side, example in zip(sides, conflict.examples, strict=True):
            yield Text(f"  as {visible(side.rule)}", style="cyan")
            yield from _marked(example)
    yield Text(f"  {conflict.remedy}", style="dim")


def _marked(example: Example) -> Iterator[Text]:
    """The text with a dot where the parser cannot decide, and a row of carets under what the rule reads."""
    dot, span = example.dot, example.span
    text = visible(f"{example.text[:dot]}\N{BULLET}{example.text[dot:]}")
    start, end = span.start + (span.start >= dot), span.end + (span.end > dot)
    yield Text(f"    {text}")
    yield Text(f"    {' ' * start}{'^' * max(end - start, 1)}", style="yellow")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
