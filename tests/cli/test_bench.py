"""`holegram bench`: that it runs and says everything; how long things take is not tested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lsp_server.cli.lab import bench, bench_server
from lsp_server.models.loading import BUNDLED
from tests.cli.conftest import Holegram, assert_one_line

QUICK = ("bench", "constraint", "--quick", "--language", "graphql")
SIZES = (100, 300)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short run is in files that are smaller still: what it says is the same."""
    for command in (bench, bench_server):
        monkeypatch.setattr(command, "_QUICK", SIZES)


def test_json_holds_a_report_for_each_size_and_each_vocabulary(holegram: Holegram) -> None:
    answer = holegram(*QUICK, "--json", "--vocabulary", BUNDLED / "tokenizer.json").json
    assert answer["left_out"] == []
    assert [(report["language"], report["lines"]) for report in answer["keystrokes"]] == [
        ("graphql", SIZES[0]),
        ("graphql", SIZES[1]),
    ]
    for report in answer["keystrokes"]:
        assert report["typed"]["count"] > report["same"]["count"] > report["moved"]["count"] > 0
        assert report["ratio"] > 0
        assert report["whole"]["count"] + report["whole_failed"] > 0
        assert min(report["parts"].values()) >= 0 < report["typed"]["mean"]
        assert report["parsed"]["p50"] > report["opened"]["p50"] > 0
        assert 0 < report["unmasked"]["p50"] < report["typed"]["p50"]
        assert report["parts"]["compile"] > 0
    assert [(report["tokens"], report["model"]) for report in answer["tokens"]] == 2 * [
        (8192, "right"),
        (8192, "hasty"),
        (8192, "noise"),
    ]
    assert all(report["step"]["count"] > 0 for report in answer["tokens"])
    bans = {report["model"]: report["bans"] for report in answer["tokens"]}
    assert bans["right"] < bans["noise"]


def test_table_says_what_was_left_out(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_QUICK", SIZES[:1])
    result = holegram(*QUICK)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].split()[:4] == ["language", "what", "ratio", "to"]
    assert lines[-1] == "left out: tokens of a large vocabulary: give one with --vocabulary"
    assert sum(line.startswith("graphql") for line in lines) == 10


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--language", "nothing"), "unknown language 'nothing'"),
        (("--vocabulary", "none.json"), "none.json"),
        (("--vocabulary", "."), "give a tokenizer.json"),
    ],
)
def test_wrong_use_is_one_line(
    holegram: Holegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_one_line(holegram("bench", "constraint", *args), message)


@pytest.fixture
def few_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_server, "_FEWER", 3)


@pytest.mark.usefixtures("few_keys")
def test_server_is_measured_from_outside_in_files_of_each_size(holegram: Holegram, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"endings": {"": "a"}}), encoding="utf-8")
    args = ("bench", "server", "--quick", "--language", "graphql", "--model", f"scripted:{script}")
    answer = holegram(*args, "--json").json
    assert [(report["language"], report["lines"]) for report in answer["servers"]] == [
        ("graphql", SIZES[0]),
        ("graphql", SIZES[1]),
    ]
    for report in answer["servers"]:
        shown = report["shown"]["count"]
        assert shown == report["made"]["count"] + report["remembered"]["count"]
        assert 0 < report["keys"] == shown + report["silent"]
        assert report["late"] <= report["made"]["count"]
        asked = [report[name]["count"] for name in ("diagnostics", "tokens", "symbols", "listed")]
        assert asked == [asked[0]] * 4
        assert asked[0] > 0
        assert report["listed_alone"]["count"] > 0
        assert report["first_diagnostics"] > 0
        assert report["first_suggestion"] > 0
        assert report["memory"] is None or report["memory"] > 10
        assert report["files"] == 1 < report["copies"]
    assert answer["passes"]["token"]["count"] > 0


def test_late_keys_count_for_as_long_as_they_took_and_work_goes_on_after_a_cancellation(
    holegram: Holegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_server, "_QUICK", SIZES[:1])
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"endings": {"": "a"}, "delay": 0.06}), encoding="utf-8")
    args = ("bench", "server", "--quick", "--language", "graphql", "--model", f"scripted:{script}")
    for report in holegram(*args, "--json").json["servers"]:
        assert report["late"] > 0
        assert report["made"]["p95"] >= 125
        assert report["cancelled"]["count"] > 0


@pytest.mark.usefixtures("few_keys")
def test_server_is_measured_in_real_files(holegram: Holegram, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"endings": {"": "a"}}), encoding="utf-8")
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(12):
        fields = "".join(f"  field{line}: Int\n" for line in range(8))
        (folder / f"{number}.graphql").write_text(f"type T{number} {{\n{fields}}}\n", encoding="utf-8")
    (folder / "wrong.graphql").write_text("type T {\n", encoding="utf-8")
    args = ("bench", "server", "--quick", "--language", "graphql", "--model", f"scripted:{script}")
    result = holegram(*args, "--data", folder)
    assert "graphql, 100 lines: 10 files, each once; 1 do not fit beside the others" in result.out
    assert "graphql, 300 lines: 12 files, each up to 3 times: there are too few lines;" in result.out


def test_a_model_is_timed_by_itself(holegram: Holegram, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"endings": {"": "a"}}), encoding="utf-8")
    args = ("bench", "model", "--model", f"scripted:{script}", "--rounds", "3", "--prompt", "20")
    answer = holegram(*args, "--json").json
    assert (answer["length"], answer["prompt"]["count"], answer["token"]["count"]) == (20, 3, 24)
    assert 0 < answer["token"]["p50"] <= answer["token"]["p95"]
    assert [line.split("  ")[0] for line in holegram(*args).out.splitlines()[1:]] == [
        "a prompt of 20 tokens",
        "one that is cancelled, from then on",
        "a token",
        f"a draft of {answer['at_once']} tokens",
    ]


def test_server_of_an_unknown_language_is_refused(holegram: Holegram) -> None:
    assert_one_line(holegram("bench", "server", "--language", "nothing"), "unknown language 'nothing'")


def test_a_folder_without_files_of_the_language_is_refused(holegram: Holegram, tmp_path: Path) -> None:
    args = ("bench", "server", "--language", "graphql", "--data", tmp_path)
    assert_one_line(holegram(*args), "no GraphQL file")


def test_a_team_types_on_one_server_without_an_error(holegram: Holegram, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"endings": {"type ": "Thing {"}}), "utf-8")
    team = ("bench", "team", "--editors", 3, "--minutes", 0.05, "--model", f"scripted:{script}")
    answer = holegram(*team, "--language", "graphql", "--json").json
    assert (answer["editors"], answer["errors"]) == (3, [])
    assert answer["keys"] >= answer["asked"] == answer["shown"] + answer["silent"] + answer["overtaken"] > 0
    assert answer["looking"]["count"] + answer["typing"]["count"] == answer["shown"] + answer["silent"]
    assert len(answer["memory"]) == 2


def test_a_team_needs_something_to_type(holegram: Holegram, tmp_path: Path) -> None:
    assert_one_line(holegram("bench", "team", "--data", tmp_path / "none"), "no such directory")
    assert_one_line(holegram("bench", "team", "--data", tmp_path), "there is nothing to type in")
