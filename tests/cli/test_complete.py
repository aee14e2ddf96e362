"""`holegram complete` and `holegram grammar hole`, with a model that says what it is told."""

from __future__ import annotations

import errno
import json
import math
import os
import re
from pathlib import Path

import pytest

from lsp_server.features.completion import Completion, CompletionRequest, Suggestion
from lsp_server.features.reasons import NOT_MEANT, ONLY_ASKED, timed_out
from tests.cli.conftest import Holegram, assert_one_line
from tests.counts import tries

SOURCE = "type A {\n  name: String\n  b: \n}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.graphql").write_text(SOURCE)
    Path("says.json").write_text(json.dumps({"endings": {"b: ": "[Int!]!"}, "tokens": ["Int", "]!"]}))
    return tmp_path


MODEL = ("--model", "scripted:says.json")


def test_a_suggestion_is_marked_in_its_place_between_the_lines_around_it(holegram: Holegram) -> None:
    result = holegram("complete", "a.graphql:3:6", *MODEL)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "a.graphql:3:6",
        " 1 | type A {",
        " 2 |   name: String",
        " 3 |   b: [Int!]!",
        "   |      ~~~~~~~",
        " 4 | }",
    ]


def test_it_names_what_the_project_declares(holegram: Holegram) -> None:
    Path("b.tf").write_text('variable "region" {}\n')
    Path("a.tf").write_text("locals {\n  a = max(var.)\n}\n")
    Path("says.json").write_text(json.dumps({"endings": {"var.": "zones"}}))
    shown = [
        holegram("complete", "a.tf:2:15", "--json", *given, *MODEL).json["items"][0]["text"]
        for given in ((), ("--project", "."))
    ]
    assert shown[0].startswith("zones")
    assert shown[1].startswith("region")


def test_it_names_what_the_file_declares_where_no_other_can(holegram: Holegram) -> None:
    Path("a.rq").write_text("PREFIX owl: <http://owl.org/>\nSELECT * { ?s a  }\n")
    Path("says.json").write_text(json.dumps({"endings": {"?s a ": "foaf:Person"}}))
    (item,) = holegram("complete", "a.rq:2:17", "--json", *MODEL).json["items"]
    assert item["text"].startswith("owl:")


def test_json_has_the_promised_shape(holegram: Holegram) -> None:
    result = holegram("complete", "a.graphql:3:6", "--json", *MODEL)
    answer = result.json
    assert list(answer) == ["language", "offset", "items", "timings_ms", "tokens"]
    offset = SOURCE.index("b: ") + 3
    assert (answer["language"], answer["offset"]) == ("graphql", offset)
    (item,) = answer["items"]
    assert list(item) == ["text", "start", "end", "logprob", "stop"]
    assert (item["text"], item["start"], item["end"]) == ("[Int!]!", offset, offset)
    assert item["logprob"] <= 0
    assert list(answer["timings_ms"]) == ["prefix", "hole", "compile", "model", "mask", "oracle", "total"]
    assert answer["timings_ms"]["total"] > 0
    assert answer["tokens"] >= 3


def test_standard_input_is_completed_at_its_mark(holegram: Holegram) -> None:
    text = SOURCE.replace("b: ", "b: <|>")
    result = holegram("complete", "-", "--language", "graphql", "--json", *MODEL, stdin=text)
    assert result.json["items"][0]["text"] == "[Int!]!"


def test_files_near_are_known_if_the_project_is_named(holegram: Holegram) -> None:
    Path("says.json").write_text('{"endings": {}}')
    Path("in").mkdir()
    Path("in/b.graphql").write_text("type B {\n  owners(first: Int, after: ID): [Owner!]!\n}\n")
    before, after = "type C {\n  owners(first: Int, ", "\n}\n"
    Path("in/c.graphql").write_text(before + after)
    text = "after: ID): [Owner!]!"
    assert holegram("complete", "in/c.graphql:2:22", *MODEL, "--project", ".").out.count(text) == 1
    assert text not in holegram("complete", "in/c.graphql:2:22", *MODEL).out
    Path("in/c.graphql").unlink()
    options = ("--language", "graphql", "--project", "in")
    assert text in holegram("complete", "-", *MODEL, *options, stdin=f"{before}<|>{after}").out


def test_several_candidates_are_numbered(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[CompletionRequest] = []

    def complete(request: CompletionRequest, *_: object) -> Completion:
        asked.append(request)
        items = (Suggestion("Int", 29, 29, -0.5, "end"), Suggestion("[Int\n]", 29, 29, -1.25, "cut"))
        return Completion("graphql", 29, items, {}, 4, None, {})

    monkeypatch.setattr("lsp_server.features.completion.complete", complete)
    args = ("--candidates", "2", "--max-tokens", "9", "--multiline")
    assert holegram("complete", "a.graphql:3:6", *args, *MODEL).out.splitlines() == [
        "a.graphql:3:6",
        "",
        "suggestion 1 of 2",
        " 1 | type A {",
        " 2 |   name: String",
        " 3 |   b: Int",
        "   |      ~~~",
        " 4 | }",
        "",
        "suggestion 2 of 2",
        " 1 | type A {",
        " 2 |   name: String",
        " 3 |   b: [Int",
        "   |      ~~~~",
        " 4 | ]",
        "   | ~",
        " 5 | }",
    ]
    (request,) = asked
    assert (request.candidates, request.max_tokens, request.multiline) == (2, 9, True)


def test_after_few_tokens_a_suggestion_is_closed_the_shortest_way(holegram: Holegram) -> None:
    result = holegram("complete", "a.graphql:3:6", "--max-tokens", "1", "--json", *MODEL)
    (item,) = result.json["items"]
    assert ("".join(item["text"].split()), item["stop"]) == ("[Int]", "closed")


def test_an_explanation_says_what_fits_there_and_nothing_of_counters(holegram: Holegram) -> None:
    told = holegram("complete", "a.graphql:3:6", "--explain", *MODEL).out.splitlines()
    assert told[told.index("") + 1 :] == [
        "when you ask: 1 suggestion",
        "while you type: 1 suggestion",
        "what fits here:",
        "  names and values: a name",
        "  signs: `[`",
    ]


def test_timings_and_counters_are_printed_on_demand_under_plain_labels(holegram: Holegram) -> None:
    lines = holegram("complete", "a.graphql:3:6", "--counters", *MODEL).out.splitlines()
    assert "when you ask: 1 suggestion" in lines
    (heads,) = [
        at for at, line in enumerate(lines) if re.fullmatch(r"\s+when you ask\s+while you type\s*", line)
    ]
    rows = {
        name: values for name, *values in (re.split(r" {3,}", line.strip()) for line in lines[heads + 1 :])
    }
    assert all(float(ms.removesuffix(" ms")) > 0 for ms in rows["in all"])
    assert all(int(tokens) >= 3 for tokens in rows["tokens that were chosen"])


def test_an_explanation_says_why_nothing_is_suggested(holegram: Holegram) -> None:
    Path("c.graphql").write_text("# a comment\n")
    result = holegram("complete", "c.graphql:1:5", "--explain", *MODEL)
    assert result.code == 0
    reason = "the cursor is in a comment"
    assert result.out.splitlines() == [
        "c.graphql:1:5",
        "",
        f"when you ask: no suggestion, because {reason}",
        f"while you type: no suggestion, because {reason}",
    ]
    short = holegram("complete", "c.graphql:1:5", *MODEL)
    assert (short.code, short.out) == (0, "c.graphql:1:5\n")
    assert short.err == "holegram: no suggestion: the cursor is in a comment (--explain says more)\n"
    explained = holegram("complete", "c.graphql:1:5", "--explain", "--json", *MODEL).json
    assert (explained["items"], explained["reason"]) == ([], "the cursor is in a comment")
    assert "bans" in explained["statistics"]
    assert (explained["expected"], explained["expected_at"]) == ([], None)
    assert (explained["by_itself"]["offered"], explained["by_itself"]["reason"]) == (0, reason)
    assert explained["by_itself"]["timings_ms"].keys() == explained["timings_ms"].keys()


@pytest.mark.parametrize(
    ("marked", "wanted", "args", "reason", "expected"),
    [
        ("type A {\n  b: <|>\n}\n", "[Int!]!", (), None, ["`[`", "a name"]),
        ("type A {\n  b: <|>\n}\n", "[Int!]!", ("--eagerness", "subtle"), ONLY_ASKED, ["`[`", "a name"]),
        ("fragment a <|> b { c }\n", "= =", (), NOT_MEANT, ["`on`"]),
    ],
)
def test_an_explanation_also_says_what_an_editor_would_be_told(
    holegram: Holegram,
    marked: str,
    wanted: str,
    args: tuple[str, ...],
    reason: str | None,
    expected: list[str],
) -> None:
    Path("says.json").write_text(json.dumps({"endings": {marked.partition("<|>")[0]: wanted}}))
    command = ("complete", "-", "--language", "graphql", "--explain", *args, *MODEL)
    told = holegram(*command, stdin=marked).out.splitlines()
    assert f"while you type: {f'no suggestion, because {reason}' if reason else '1 suggestion'}" in told
    named = [name for line in told for name in re.findall(r"`.+?`|a name", line) if line.startswith("  ")]
    assert sorted(named) == sorted(expected)
    answer = holegram(*command, "--json", stdin=marked).json
    assert (answer["by_itself"]["reason"], answer["by_itself"]["offered"]) == (reason, int(not reason))
    assert (len(answer["items"]), answer["expected"]) == (1, expected)


def test_where_an_error_leaves_no_place_an_explanation_says_what_was_expected_there(
    holegram: Holegram,
) -> None:
    text = "type A {\n  of = = = = = = = = things that = <|>\n}\n"
    args = ("complete", "-", "--language", "graphql", "--explain", *MODEL)
    lines = holegram(*args, stdin=text).out.splitlines()
    assert lines[-2:] == ["what was expected at 2:6:", "  signs: `:`, `(`"]
    answer = holegram(*args, "--json", stdin=text).json
    assert (answer["expected"], answer["expected_at"]) == (["`:`", "`(`"], text.index("= "))


def test_only_who_wants_a_limit_of_time_has_one(holegram: Holegram, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    def complete(request: CompletionRequest, *_: object) -> Completion:
        limits.append(request.limit_ms)
        return Completion("graphql", 29, (), {}, 0, timed_out(7.0), {}, timed_out=True)

    monkeypatch.setattr("lsp_server.features.completion.complete", complete)
    for args in ((), ("--timeout", "7")):
        holegram("complete", "a.graphql:3:6", *args, *MODEL)
    assert limits == [math.inf, 7]
    told = holegram("complete", "a.graphql:3:6", "--timeout", "7", "--explain", *MODEL).out
    assert "while you type: no suggestion, because time ran out: no text that fits was found in 7 ms" in told


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("", "1:1", id="an empty file"),
        pytest.param("\ufefftype A {\n  b: \n}\n", "2:6", id="a byte order mark"),
        pytest.param("type A {\r\n  b: \r\n}\r\n", "2:6", id="carriage returns"),
        pytest.param('"""😀𝕏"""\ntype A { "😀" a: Int "𝕏𝕏" b: \n}\n', "2:29", id="astral characters"),
    ],
)
def test_odd_files_are_completed(holegram: Holegram, text: str, place: str) -> None:
    Path("b.graphql").write_bytes(text.encode())
    result = holegram("complete", f"b.graphql:{place}", "--json", *MODEL)
    assert result.code == 0
    texts = [item["text"] for item in result.json["items"]]
    assert texts == ["[Int!]!"] if text else result.json["offset"] == 0


def test_a_file_of_megabytes_is_completed(holegram: Holegram) -> None:
    one = "type A {\n  field(argument: [Int!] = [1, 2]): String! @deprecated\n}\n\n"
    text = one * (tries(1_500_000, 5_000_000) // len(one)) + SOURCE
    Path("b.graphql").write_text(text)
    line = text.count("\n") - 1
    result = holegram("complete", f"b.graphql:{line}:6", "--json", *MODEL)
    assert result.json["items"][0]["text"] == "[Int!]!"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("", "1:1", id="an empty file"),
        pytest.param("\ufefftype A {\n  b: \n}\n", "2:6", id="a byte order mark"),
        pytest.param("type A {\r\n  b: \r\n}\r\n", "2:6", id="carriage returns"),
        pytest.param('"""😀𝕏"""\ntype A { "😀" a: Int "𝕏𝕏" b: \n}\n', "2:29", id="astral characters"),
        pytest.param(
            "type A {\n  a: Int\n}\n\n" * 200_000 + "type A {\n  b: ", "800002:6", id="five megabytes"
        ),
    ],
)
def test_the_hole_of_an_odd_file_is_printed(holegram: Holegram, text: str, place: str) -> None:
    Path("b.graphql").write_bytes(text.encode())
    result = holegram("grammar", "hole", f"b.graphql:{place}")
    assert (result.code, result.err) == (0, "")
    assert ("LBRACKET type RBRACKET" if text else "QUERY") in result.out


@pytest.mark.parametrize("command", [("complete", *MODEL), ("grammar", "hole")])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"type A {\n\xff}", "b.graphql:2: byte 9 is not UTF-8 (save the file as UTF-8)"),
        (None, "b.graphql: no such file (check the path)"),
        ("folder", "b.graphql: is a directory (name a file)"),
        ("unreadable", "b.graphql: cannot be read: Permission denied (check its permissions)"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    holegram: Holegram,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    content: bytes | str | None,
    message: str,
) -> None:
    path, opened = Path("b.graphql"), os.open

    def denied(at: str | Path, flags: int) -> int:
        if Path(at).name == path.name:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(at, flags)

    if content == "folder":
        path.mkdir()
    elif content == "unreadable":
        path.write_bytes(b"")
        monkeypatch.setattr("lsp_server.opening.os.open", denied)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    assert_one_line(holegram(*command, "b.graphql:1:1"), message)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("a.graphql:9:1",), "a.graphql: there is no line 9 (it has lines 1 to 5)"),
        (("a.graphql:3:7",), "a.graphql:3: there is no column 7 (the line has columns 1 to 6)"),
        (("a.graphql",), "'a.graphql' is not a place in a file (write it as FILE:LINE:COL)"),
        (("none.graphql:1:1",), "none.graphql: no such file"),
        (("a.graphql:1:1", "--language", "nothing"), "unknown language 'nothing'"),
        (("a.graphql:1:1", "--model", "./none"), "none: there is no such folder"),
        (("a.graphql:1:1", "--model", "says.json"), "says.json: a model is a folder or a .gguf file"),
        (("a.graphql:1:1", "--model", "scripted:none"), "none: no such file"),
        (("a.graphql:1:1", "--candidates", "0"), "--candidates"),
        (("a.graphql:1:1", "--timeout", "0"), "--timeout"),
        (("a.graphql:1:1", "--eagerness", "much"), "--eagerness"),
    ],
)
def test_bad_input_is_one_line(holegram: Holegram, args: tuple[str, ...], message: str) -> None:
    assert_one_line(holegram("complete", *args), message)


def test_the_hole_grammar_is_printed(holegram: Holegram) -> None:
    result = holegram("grammar", "hole", "a.graphql:3:6")
    assert (result.code, result.err) == (0, "")
    assert "\nstart: " in result.out
    assert "LBRACKET type RBRACKET" in result.out


def test_no_hole_grammar_is_a_comment(holegram: Holegram) -> None:
    result = holegram("grammar", "hole", "-", "--language", "graphql", stdin="# <|> x")
    assert (result.code, result.out.strip()) == (0, "// no hole: the cursor is in a comment")


def test_grammar_hole_refuses_a_place_outside_the_file(holegram: Holegram) -> None:
    assert_one_line(holegram("grammar", "hole", "a.graphql:9:1"), "no line 9")
