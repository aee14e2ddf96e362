"""Catalogues of a real PostgreSQL server, and of what pg_dump writes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lsp_server.errors import CatalogueError, UsageError
from lsp_server.importing import DatabaseAccess, import_catalogue, save
from lsp_server.languages.catalogue import Catalogue, CatalogueSymbol, read_catalogue
from tests.importing.conftest import PASSWORD, Server
from tests.names.suggesting import named


def imported(source: str, password: str | None = PASSWORD) -> Catalogue:
    access = DatabaseAccess(20, None if password is None else lambda: password)
    return import_catalogue(named("postgres"), source, access)


def tables(made: Catalogue) -> dict[str, list[str]]:
    of = [one for one in made.symbols if one.kind == "table"]
    return {f"{one.qualifier}.{one.name}": [member.name for member in one.members] for one in of}


def symbol(made: Catalogue, name: str) -> CatalogueSymbol:
    return next(one for one in made.symbols if one.name == name)


TABLES = {
    "auth.tokens": ["token"],
    "public.orders": ["id", "user_id", "total"],
    "public.users": ["id", "email", "createdAt", "m"],
}


def test_a_live_database_tells_its_tables_views_functions_and_types(server: Server) -> None:
    made = imported(server.url)
    assert tables(made) == TABLES
    users = symbol(made, "users")
    assert users.documentation == "People."
    assert {member.name: (member.type, member.required) for member in users.members} == {
        "id": ("integer", False),
        "email": ("text", True),
        "createdAt": ("timestamp with time zone", False),
        "m": ("mood", False),
    }
    assert [member.name for member in symbol(made, "totals").members] == ["user_id", "total"]
    assert symbol(made, "owed").signature == "owed(p_user integer, p_from date DEFAULT now()) -> numeric"
    assert [member.name for member in symbol(made, "mood").members] == ["sad", "ok"]
    assert made.source.version.split(".")[0].isdigit()


def test_nothing_of_the_password_or_the_user_is_written(server: Server, tmp_path: Path) -> None:
    path = save(imported(server.url), server.url, tmp_path / "a.json")
    assert read_catalogue(path).source.name == f"postgresql://127.0.0.1:{server.port}/postgres"
    assert PASSWORD not in path.read_text()


def test_the_environment_may_have_the_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert tables(imported(server.url, None)) == TABLES


def test_a_password_in_the_address_is_refused_without_being_told(server: Server) -> None:
    address = server.url.replace("@", ":hushhush@")
    with pytest.raises(UsageError, match="the address holds a password") as told:
        imported(address)
    assert "hushhush" not in str(told.value)


def test_a_wrong_password_and_no_server_are_one_line(server: Server) -> None:
    for source, password in ((server.url, "wrong"), ("postgresql://tester@127.0.0.1:1/postgres", "x")):
        with pytest.raises(CatalogueError, match="cannot be read") as told:
            imported(source, password)
        assert "\n" not in str(told.value)


def test_a_rule_cannot_write_and_cannot_take_for_ever(server: Server) -> None:
    from lsp_server.importing.of_database import symbols_of
    from lsp_server.languages.imports import DatabaseSource

    for query, message in (
        ("CREATE TABLE made (a int)", "read-only transaction"),
        ("SET TRANSACTION READ WRITE; CREATE TABLE made (a int)", "multiple commands"),
        ("SELECT json_build_object('a', pg_sleep(20))", "timeout"),
    ):
        source = DatabaseSource("x", ("postgresql",), (query,))
        with pytest.raises(CatalogueError, match=message):
            symbols_of(source, server.url, 1, lambda: PASSWORD)
    assert server.run("psql", "-At", "-c", "SELECT 1 FROM pg_class WHERE relname = 'made'") == ""


def test_a_dump_tells_the_same_tables(server: Server, tmp_path: Path) -> None:
    dump = tmp_path / "dump.sql"
    dump.write_text(server.run("pg_dump", "--schema-only"))
    made = imported(str(dump))
    assert tables(made) == TABLES
    assert json.loads(save(made, str(dump), tmp_path / "a.json").read_text())["source"]["name"] == (
        os.path.relpath(dump, tmp_path)
    )
