"""Mistakes in several lines of a file are counted, and so is what is told elsewhere."""

from __future__ import annotations

from lsp_server.languages import load_registry
from lsp_server.languages.sources import Source
from tests.eval.several import Told, told_of

TEXT = "".join(f"block {{\n  number = {n}\n  other  = {n}\n}}\n" for n in range(8))


def test_of_a_file_with_three_mistakes_each_is_told_and_nothing_else() -> None:
    hcl, sources = load_registry().by_id("hcl"), [Source("a", TEXT), Source("wrong", TEXT + "}\n")]
    assert told_of(hcl, sources, 3, "= =") == Told(files=1, planted=3, told=3, others=0)
    assert told_of(hcl, sources, 2, "= =", seed=1) == Told(files=1, planted=2, told=2, others=0)


def test_a_file_of_few_lines_is_left_out() -> None:
    hcl = load_registry().by_id("hcl")
    assert told_of(hcl, [Source("a", TEXT)], 9, "= =") == Told(0, 0, 0, 0)
