"""What the tutorial says is what happens; `python -m tests.tutorial` shows what is not so any more."""

from __future__ import annotations

from pathlib import Path

from tests.tutorial import TUTORIAL, walk


def test_the_tutorial_holds(tmp_path: Path) -> None:
    said = [*walk(TUTORIAL.read_text("utf-8"), tmp_path)]
    assert len(said) >= 7
    for one in said:
        assert one.holds, f"$ {one.command}\n{one.prints}"
