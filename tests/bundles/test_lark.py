"""The bundle of Lark's own grammar language: it takes what Lark takes, as far as many grammars show."""

from __future__ import annotations

from pathlib import Path

import lark
import pytest
from lark.load_grammar import _parse_grammar

from lsp_server.agreement.sampling import draw_samples
from lsp_server.constraint import check, load_grammar
from lsp_server.inspection.described import language_of_grammar
from lsp_server.lalr.loading import make_grammar
from lsp_server.languages import Language, bundled_directory, load_registry
from lsp_server.syntax import parse
from tests.counts import tries

SHIPPED = sorted((Path(lark.__file__).parent / "grammars").glob("*.lark"))
OURS = sorted(
    path
    for pattern in ("*/grammar.lark", "lark/examples/*.lark")
    for path in bundled_directory().glob(pattern)
)


@pytest.fixture(scope="module")
def language() -> Language:
    return load_registry().by_id("lark")


@pytest.mark.parametrize("path", [*SHIPPED, *OURS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_grammar_that_lark_reads_is_valid(language: Language, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert check(load_grammar(language), text) is None
    assert parse(language, text).error_count == 0


def test_what_is_made_from_the_grammar_is_read_by_lark(language: Language) -> None:
    made = draw_samples(load_grammar(language), tries(500, 3000))
    assert len(made.texts) > 250
    assert len(made.unused) < 3
    for text in made.texts:
        _parse_grammar(text, "made")


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_wrong_with_our_own_grammars(path: Path) -> None:
    described = language_of_grammar(path, path.read_text(encoding="utf-8"))
    assert described is not None
    assert make_grammar(described).table.rules
