"""`holegram eval fill`, `typing` and `ladder`, with a model that says what it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lsp_server.decoding import Model
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.languages import Language
from lsp_server.training.config import TrainingConfig
from lsp_server.training.material import Material
from tests.cli.conftest import Holegram, assert_one_line

MODEL = ("--model", "scripted:says.json")
DATA = ("graphql", "--data", "data")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("data/a.graphql").write_text("type A {\n  b: Int\n  c(d: [Int!]): String!\n}\n")
    Path("data/b.graphqls").write_text("type B {\n  b: Int\n}\n")
    Path("says.json").write_text('{"endings": {"b: ": "Int", "): ": "String!"}}')
    return tmp_path


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the model that is told what to say in place of the bundled one."""
    from lsp_server import models

    load = models.load_model
    monkeypatch.setattr(models, "load_model", lambda name=None, threads=None: load(name or MODEL[1]))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[CompletionRequest]:
    """What was asked of completion, in order."""
    requests: list[CompletionRequest] = []

    def noted(request: CompletionRequest, *rest: Any) -> Completion:
        requests.append(request)
        return complete(request, *rest)

    for who in ("fillers", "saving"):
        monkeypatch.setattr(f"lsp_server.lab.quality.{who}.complete", noted)
    return requests


def test_fill_prints_a_row_for_each_kind_and_filler_and_the_curve_if_asked(holegram: Holegram) -> None:
    options = ("--cuts", "3", "--kind", "rest-of-line", "--kind", "inside-word")
    result = holegram("eval", "fill", *DATA, *MODEL, *options, "--curve")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "graphql: 2 files, seed 0"
    assert lines[1].split()[:2] == ["cuts", "by"]
    kinds, fillers = ("rest-of-line", "inside-word", "all"), ("holegram", "words", "lines")
    starts = [[kind, by] for kind in kinds for by in fillers]
    assert [line.split()[:2] for line in lines[2:11]] == starts
    assert lines[12].split()[0] == "confidence"
    assert lines[-1].split()[0] == "all"


def test_fill_in_json_has_the_curve_always(holegram: Holegram) -> None:
    report = holegram("eval", "fill", *DATA, *MODEL, "--cuts", "2", "--kind", "rest-of-line", "--json").json
    assert [row["by"] for row in report["rows"]] == ["holegram", "words of the file", "lines of the file"]
    assert report["rows"][0]["valid"] == report["rows"][0]["judged"] == report["rows"][0]["answered"]
    assert report["curve"][-1]["confidence"] is None


def test_typing_prints_what_was_saved_by_kind_of_file(holegram: Holegram) -> None:
    result = holegram("eval", "typing", *DATA, *MODEL, "--keys-per-second", "0.5", "--lines", "2")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "graphql: 0.5 keys a second, suggestions taken by word, seed 0"
    rows = [".graphql"] * 3 + [".graphqls"] * 3 + ["all"] * 3
    assert [line.split()[0] for line in lines[2:11]] == rows
    assert [line.split()[0] for line in lines[-9:]] == rows
    assert lines[-10].split()[-1] == "net"


def test_a_level_and_the_least_chance_say_what_is_shown(holegram: Holegram) -> None:
    def shown(*args: str) -> int:
        report = holegram("eval", "typing", *DATA, *MODEL, "--keys-per-second", "0.1", "--json", *args).json
        return int(report["rows"][-3]["shown"])

    assert shown("--eagerness", "subtle") == 0
    assert shown("--least", "0") >= shown("--eagerness", "eager") >= shown() >= shown("--least", "0.999")
    assert shown() > 0


def test_typing_in_json_tells_how_it_was_typed(holegram: Holegram) -> None:
    report = holegram("eval", "typing", *DATA, *MODEL, "--files", "1", "--accept", "whole", "--json").json
    assert (report["accept"], report["keys_per_second"]) == ("whole", 5.0)
    assert report["rows"][0]["characters"] >= report["rows"][0]["keys"] > 0


def test_another_way_to_accept_is_refused_in_one_line(holegram: Holegram) -> None:
    assert_one_line(holegram("eval", "typing", *DATA, *MODEL, "--accept", "all"), "known are: word, whole")


def test_an_editor_that_closes_brackets_is_one_more(holegram: Holegram) -> None:
    words = ("eval", "typing", *DATA, *MODEL, "--files", "1", "--lines", "4", "--keys-per-second", "0.5")
    plain, closing = (holegram(*words, *more, "--json").json for more in ((), ("--closing",)))
    assert (plain["closing"], closing["closing"]) == (False, True)
    assert "the editor closes brackets and quotes" in holegram(*words, "--closing").out


@pytest.mark.parametrize("command", ["fill", "typing"])
def test_files_near_are_known_if_the_project_is_named(
    holegram: Holegram, asked: list[CompletionRequest], command: str
) -> None:
    Path("project").mkdir()
    Path("project/near.graphql").write_text("type Near { a: Int }\n")
    few = (
        ("--files", "1", "--lines", "1") if command == "typing" else ("--cuts", "1", "--kind", "inside-word")
    )
    for options, near in (((), []), (("--project", "project"), ["type Near { a: Int }\n"])):
        assert holegram("eval", command, *DATA, *MODEL, *few, *options).code == 0
        assert asked[-1].beside == (*near, *asked[-1].language.examples.values())


def test_a_ladder_is_climbed_in_a_project(
    holegram: Holegram, scripted: None, asked: list[CompletionRequest]
) -> None:
    Path("docs").mkdir()
    Path("docs/about.md").write_text("# B\n\nA `type B` has an Int.\n\n~~~graphql\ntype B { b: Int }\n~~~\n")
    few = ("--cuts", "1", "--kind", "inside-word", "--examples", "docs", "--seed", "1")
    assert holegram("eval", "ladder", *DATA, *few).code == 0
    both, names, nearby = asked[-3:]
    assert (both.beside, names.beside, both.looked_up, names.looked_up) == (None,) * 4
    assert both.names is None
    assert names.names is not None
    assert nearby.names is not None
    assert nearby.beside
    assert nearby.looked_up is not None
    found = [Path(one.passage.name).name for one in nearby.looked_up.found]
    (other,) = {"a.graphql", "b.graphqls"}.intersection(found)
    assert nearby.beside[0] == Path("data", other).read_text()
    assert "about.md" in found


def test_a_ladder_has_a_rung_for_each_adapter(
    holegram: Holegram, scripted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lsp_server.cli.lab import tune

    learnt: list[str] = []

    def learn(
        language: Language, loaded: Model, base: str | None, material: Material, config: TrainingConfig
    ) -> Any:
        learnt.extend(source.name for source in material.training)
        return None, loaded

    options = ("eval", "ladder", *DATA, "--cuts", "1", "--kind", "inside-word")
    assert_one_line(holegram(*options, "--tune"), "cannot be tuned")
    monkeypatch.setattr(tune, "tunable", lambda loaded: loaded)
    monkeypatch.setattr(tune, "learn", learn)
    rungs = holegram(*options, "--tune", "--json").json
    assert [rung["level"] for rung in rungs][-2:] == ["nearby", "tuned"]
    assert len(learnt) == 1


def test_a_ladder_has_a_rung_for_each_level(holegram: Holegram, scripted: None) -> None:
    options = ("--cuts", "2", "--kind", "rest-of-line")
    result = holegram("eval", "ladder", *DATA, *MODEL, *options)
    assert (result.code, result.err) == (0, "")
    rungs = ["off", "left", "both", "names", "nearby"]
    rows = result.out.splitlines()[2:]
    assert [row.split("   ")[0] for row in rows] == ["bundled"] * 5 + ["scripted:says.json"] * 5
    assert all(rung in row for row, rung in zip(rows, rungs * 2, strict=True))
    found = holegram("eval", "ladder", *DATA, *options, "--json").json
    assert [rung["level"] for rung in found] == rungs
