"""The training curve of a run: a line of a TSV file for each time that the held-out files were measured."""

from __future__ import annotations

from pathlib import Path

from lsp_server.text import read_text
from lsp_server.training.config import TrainingProgress

CURVE = "curve.tsv"
_FACTS = ("step", "tokens", "seconds", "loss")


def begin(folder: Path) -> None:
    """Forget the curve of the run that was in a folder before."""
    (folder / CURVE).unlink(missing_ok=True)


def record(folder: Path, progress: TrainingProgress) -> None:
    """Append a measured step to `curve.tsv`: step, tokens, seconds, loss in nats, bits per byte by language.

    What a run had measured after the checkpoint from which it goes on is measured again, and written over.
    """
    if not progress.held_out:
        return
    path = folder / CURVE
    names = (f"{tag} {kind}" for tag in progress.held_out for kind in ("plain", "fill"))
    facts = (str(progress.step), str(progress.tokens), f"{progress.elapsed:.0f}", f"{progress.loss:.4f}")
    bits = (f"{bits:.4f}" for score in progress.held_out.values() for bits in (score.plain, score.fill))
    lines = ["\t".join((*_FACTS, *names)), *_before(path, progress.step), "\t".join((*facts, *bits))]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _before(path: Path, step: int) -> list[str]:
    if not path.is_file():
        return []
    lines = read_text(path).splitlines()[1:]
    return [line for line in lines if int(line.split("\t", 1)[0]) < step]
