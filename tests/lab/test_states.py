"""States: cursors in broken files are counted by whether it is known what fits there."""

from __future__ import annotations

import pytest

from lsp_server.agreement.judges import load_judge
from lsp_server.errors import UsageError
from lsp_server.features import completion
from lsp_server.lab.promise.states import POSITIONS, measure_states
from lsp_server.languages import Language, load_registry
from lsp_server.languages.sources import Source

SOURCES = [
    Source(
        f"{n}.tf", "".join(f'a{i} = f("x{i}") # some words\nb{i} {{\n  c = [1, 2]\n}}\n' for i in range(n))
    )
    for n in (3, 5)
]


@pytest.fixture(scope="module")
def hcl() -> Language:
    return load_registry().by_id("hcl")


def test_cursors_add_up_and_the_same_seed_gives_the_same_report(hcl: Language) -> None:
    judge = load_judge(hcl)
    report = measure_states(hcl, SOURCES, judge, files=12)
    assert report.cursors == 12 * POSITIONS == report.held + report.commented + len(report.stateless)
    assert report.commented > 0
    assert sum(report.mistakes.values()) == 12
    assert report.share == report.as_json()["share"] >= 0.9
    assert report == measure_states(hcl, SOURCES, judge, files=12)
    assert report != measure_states(hcl, SOURCES, judge, files=12, seed=1)


def test_a_cursor_without_a_state_is_told_so_that_it_can_be_seen_again(
    hcl: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []

    def none(language: Language, tree: object, text: str, offset: int) -> str:
        seen.append((text, offset))
        return f"{completion.NO_HOLE}lost\n"

    monkeypatch.setattr("lsp_server.lab.promise.states.hole_at", none)
    report = measure_states(hcl, SOURCES, load_judge(hcl), files=2)
    assert (report.held, report.share, len(report.stateless)) == (0, 0.0, 2 * POSITIONS)
    texts = {source.name: source.text for source in SOURCES}
    for found, (text, offset) in zip(report.stateless, seen, strict=True):
        whole = texts[found.name]
        assert whole[: found.start] + found.text + whole[found.end :] == text
        assert (found.offset, found.reason) == (offset, "lost")
        assert found.line == text.count("\n", 0, offset) + 1


def test_files_that_cannot_be_broken_are_an_error(hcl: Language) -> None:
    with pytest.raises(UsageError, match=r"no .* file can be broken"):
        measure_states(hcl, SOURCES, lambda _: load_judge(hcl)("a = 1\n"), files=1)
