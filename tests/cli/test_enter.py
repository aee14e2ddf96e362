"""`holegram eval enter`: what it says of lines that Enter did not end."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.lab import enter
from lsp_server.lab.enter import Altered, EnterReport
from tests.cli.conftest import Holegram, assert_one_line


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "a.tf").write_text("x = value\n")
    return tmp_path


def measuring(monkeypatch: pytest.MonkeyPatch, *altered: Altered) -> None:
    report = EnterReport("hcl", 0, 9, 2, altered)
    monkeypatch.setattr(enter, "measure_enter", lambda *_, **__: report)


def test_lines_that_became_others_are_counted_and_told(
    monkeypatch: pytest.MonkeyPatch, data: Path, holegram: Holegram
) -> None:
    measuring(
        monkeypatch,
        Altered("a.tf", 1, "x = value", "values", "x = values", late=False),
        Altered("a.tf", 2, "y = value", "value", "y = value", late=True),
    )
    result = holegram("eval", "enter", "hcl", "--data", data)
    head, columns, row, *told = result.out.splitlines()
    assert (result.code, head) == (1, "hcl, seed 0")
    assert columns.startswith("ends ")
    assert row.split() == ["9", "2", "1", "0", "0", "1"]
    assert told == [
        "a.tf:1: 'x = value' became 'x = values'",
        "a.tf:2: 'y = value' did not end, late",
    ]
    found = holegram("eval", "enter", "hcl", "--data", data, "--json").json
    assert [found[name] for name in ("other_text", "no_line_end", "no_line_end_late")] == [1, 0, 1]


def test_where_no_line_became_another_it_exits_with_0(
    monkeypatch: pytest.MonkeyPatch, data: Path, holegram: Holegram
) -> None:
    measuring(monkeypatch)
    assert holegram("eval", "enter", "hcl", "--data", data).code == 0


def test_wrong_use_is_one_line(holegram: Holegram, data: Path) -> None:
    assert_one_line(holegram("eval", "enter", "graphql", "--data", data), "no GraphQL file")
