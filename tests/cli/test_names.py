"""`holegram eval names`, with a model that names what nobody declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line

ASKED = ("eval", "names", "hcl", "--data", "data", "--model", "scripted:says.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/one").mkdir(parents=True)
    Path("data/one/variables.tf").write_text('variable "instance_count" {}\n')
    Path("data/one/main.tf").write_text("a = var.instance_count\nb = var.instance_count\n")
    Path("says.json").write_text(
        '{"endings": {"var.": "instances", "var.i": "nstances", "var.in": "stances"}}'
    )


@pytest.mark.parametrize("judge", [(), ("--by", "tests.eval.name_judges:hcl")])
def test_references_that_exist_are_counted_for_each_strictness(
    holegram: Holegram, judge: tuple[str, ...]
) -> None:
    rows = holegram(*ASKED, *judge, "--cursors", "2", "--declared", "--json").json
    counts = {row["by"]: (row["references"], row["resolved"], row["line"]) for row in rows}
    assert counts == {"off": (2, 0, 0), "prefer": (2, 2, 2), "require": (2, 2, 2), "the authors": (2, 2, 2)}


def test_what_differs_is_printed_if_asked(holegram: Holegram) -> None:
    result = holegram(*ASKED, "--cursors", "1", "--verbose")
    assert (result.code, result.err) == (0, "")
    assert [line.split()[0] for line in result.out.splitlines()[-5:]][1:] == [
        "off:",
        "prefer:",
        "require:",
        "the",
    ]


@pytest.mark.parametrize(("option", "value"), [("--by", "tests.none:hcl"), ("--kind", "starship")])
def test_an_unknown_judge_or_kind_is_refused_in_one_line(holegram: Holegram, option: str, value: str) -> None:
    assert_one_line(holegram(*ASKED, option, value), value)
