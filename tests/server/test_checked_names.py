"""`holegram check --names` tells of names what an editor tells that has the project open, to the last one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lsprotocol import types

from tests.cli.conftest import Holegram, holegram
from tests.server.conftest import StartEditor

__all__ = ["holegram"]

BUNDLES = Path(__file__).parents[1] / "languages"
CATALOGUE = {
    "holegram-catalogue": 1,
    "language": "graphql",
    "symbols": [
        {
            "name": "Query",
            "kind": "type",
            "members": [
                {"name": "ping", "kind": "field"},
                {"name": "pong", "kind": "field", "deprecated": "Use ping."},
            ],
        }
    ],
}
PROJECT = {
    "infra/variables.tf": 'variable "region" {}\nvariable "zones" {}\n',
    "infra/main.tf": "locals {\n  a = [var.region, var.zones, var.zone]\n  a = local.b\n  b = local.a\n}\n",
    "broken/main.tf": "locals {\n  c = [var.nothing\n}\n",
    "other/main.tf": 'variable "region" {}\nlocals {\n  d = var.region\n}\n',
    "vendor/main.tf": 'variable "one" {}\nlocals {\n  d = var.one\n  e = var.two\n}\n',
    "schema/types.graphql": "type Query { user: User }\ntype User { name: String name: Int mail: Mail }\n",
    "schema/mail.graphql": "scalar Mail\nscalar Text\ntype Post { text: Tetx mail: Mail }\n",
    "queries/user.graphql": "query ($a: Int, $a: Int) { user { name nam } ping pong }\n",
    "db/schema.sql": "CREATE TABLE work (id int, title text, id int);\n",
    "db/queries/work.sql": "SELECT w.titel, w.id FROM work w;\nWITH q AS (SELECT 1) SELECT 2;\n",
    "query.rq": "PREFIX ex: <x>\nPREFIX fo: <y>\nSELECT ?s { ?s ex:a ?o ; fp:b 1 }\n",
    "watch/chat.rules": 'channel mail {\n  kind: "mail"\n}\nrule up when 1 > 0 {\n  notify mail\n}\n',
    "watch/here/main.rules": "rule down when 1 > 0 {\n  notify mail, male\n}\n",
}


@pytest.mark.asyncio(loop_scope="session")
async def test_check_tells_of_names_what_an_editor_tells(
    start: StartEditor, tmp_path: Path, holegram: Holegram
) -> None:
    (tmp_path / ".holegram" / "catalogue").mkdir(parents=True)
    (tmp_path / ".holegram" / "catalogue" / "graphql.json").write_text(json.dumps(CATALOGUE))
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    pulls = types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities())
    editor = await start(
        options={"bundles": [str(BUNDLES)]},
        folders=[tmp_path],
        capabilities=types.ClientCapabilities(text_document=pulls),
    )
    for name, text in PROJECT.items():
        item = types.TextDocumentItem((tmp_path / name).as_uri(), "", 1, text)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    severities = types.DiagnosticSeverity
    shown = [
        (name, *_place(one.range), str(one.code), one.message, severities(one.severity or 0).name.lower())
        for name in PROJECT
        for one in await editor.pulled((tmp_path / name).as_uri())
    ]
    report = holegram("--bundles", BUNDLES, "check", "--names", "--format", "json", tmp_path).json
    assert not report["failures"]
    told_of = ("line", "column", "end_line", "end_column", "code", "message", "severity")
    found = [
        (Path(one["path"]).relative_to(tmp_path).as_posix(), *(one[key] for key in told_of))
        for one in (*report["errors"], *report["warnings"])
    ]
    named = sorted(one for one in shown if one[5].endswith("-name"))
    assert sorted(one for one in found if one[5].endswith("-name")) == named
    told = {(one[0], one[5]) for one in named}
    assert told >= {
        ("infra/main.tf", "unknown-name"),
        ("infra/main.tf", "repeated-name"),
        ("schema/types.graphql", "repeated-name"),
        ("schema/mail.graphql", "unknown-name"),
        ("queries/user.graphql", "unknown-name"),
        ("queries/user.graphql", "repeated-name"),
        ("queries/user.graphql", "deprecated-name"),
        ("db/schema.sql", "repeated-name"),
        ("db/queries/work.sql", "unknown-name"),
        ("db/queries/work.sql", "unused-name"),
        ("query.rq", "unknown-name"),
        ("query.rq", "unused-name"),
        ("watch/here/main.rules", "unknown-name"),
    }
    assert {name for name, _ in told}.isdisjoint({"broken/main.tf", "vendor/main.tf"})


def _place(place: types.Range) -> tuple[int, int, int, int]:
    return (
        place.start.line + 1,
        place.start.character + 1,
        place.end.line + 1,
        place.end.character + 1,
    )
