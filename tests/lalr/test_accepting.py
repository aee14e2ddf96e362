"""Whether a text is valid is told as `check` tells it, also of grammars that are not read with one stack."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from lsp_server.lalr import accepts, check, load_grammar
from lsp_server.languages import bundled_directory, load_bundle

SAMPLES = Path(__file__).parent.parent / "languages"
BUNDLES = (SAMPLES / "rules", SAMPLES / "runbook", *(bundled_directory() / id_ for id_ in ("graphql", "hcl")))


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: folder.name)
def test_examples_and_what_is_left_where_a_stretch_is_cut_out_are_judged_alike(folder: Path) -> None:
    language, rng = load_bundle(folder), Random(0)
    grammar, refused = load_grammar(language), 0
    for text in (path.read_text(encoding="utf-8") for path in sorted((folder / "examples").iterdir())):
        assert accepts(grammar, text)
        for _ in range(20):
            start = rng.randrange(len(text))
            cut = text[:start] + text[start + rng.randrange(1, 9) :]
            assert accepts(grammar, cut) is (check(grammar, cut) is None), cut
            refused += not accepts(grammar, cut)
    assert refused
