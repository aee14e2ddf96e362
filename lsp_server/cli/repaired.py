"""Prints what became of a grammar that was repaired."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from lsp_server.cli.screen import console, visible

if TYPE_CHECKING:
    from lsp_server.authoring.repair import Repair


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
