"""Columns that a list of items tells: judged by a PostgreSQL server, which prepares queries."""

from __future__ import annotations

import pytest

from lsp_server.names.resolving import Resolver
from tests.features.completing import CURSOR
from tests.importing.conftest import PASSWORD, Server, server  # noqa: F401
from tests.names.suggesting import named, unit

SCHEMA = """
CREATE TABLE work (id int, title text);
CREATE TABLE copy (cid int, work int);
CREATE VIEW seen AS SELECT id, title AS t FROM work;
CREATE VIEW called (p) AS SELECT id, title AS t FROM work;
CREATE VIEW again AS SELECT * FROM seen;
CREATE TABLE made AS SELECT id AS a, title FROM work;
ALTER TABLE made ADD COLUMN z int;
"""
POOL = ["id", "title", "t", "cid", "p", *"abcdefgnmxyz", "nothing"]

KNOWN = [
    "WITH a AS (SELECT id, title AS t FROM work) SELECT a.<|> FROM a",
    "WITH a AS (SELECT * FROM work) SELECT a.<|> FROM a",
    "WITH a AS (SELECT w.*, c.cid FROM work w JOIN copy c ON true) SELECT a.<|> FROM a",
    "WITH a(n, m) AS (SELECT id + 1, id FROM work) SELECT a.<|> FROM a",
    "WITH a(n) AS (SELECT id + 1, id FROM work) SELECT a.<|> FROM a",
    "WITH a(b,c,d,e,f,g) AS (SELECT 1,2,3,4,5,6) SELECT a.<|> FROM a",
    "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a) SELECT a.<|> FROM a",
    "WITH a AS (SELECT 1 AS x), b AS (SELECT *, 2 AS y FROM a) SELECT b.<|> FROM b",
    "WITH a AS (DELETE FROM work RETURNING id, title AS t) SELECT a.<|> FROM a",
    "WITH a AS (UPDATE work SET id = 1 RETURNING *) SELECT a.<|> FROM a",
    "WITH a AS (INSERT INTO work (id) SELECT cid FROM copy RETURNING id) SELECT a.<|> FROM a",
    "SELECT s.<|> FROM (VALUES (1, 2), (3, 4), (5, 6)) AS s(a, b)",
    "SELECT s.<|> FROM (SELECT 1 AS a UNION SELECT 2 AS b) s",
    "SELECT s.<|> FROM (SELECT id AS a, (SELECT 1 AS z) AS x FROM work) AS s, copy",
    "SELECT s.<|> FROM (SELECT id AS a FROM work) s, (SELECT id AS b FROM work) u",
    "SELECT s.<|> FROM (SELECT 1 AS a) s WHERE EXISTS (SELECT 1 FROM (SELECT 2 AS b) s WHERE s.b = 1)",
    "SELECT s.<|> FROM (SELECT a.id AS x, b.* FROM work a, seen b) AS s(y)",
    "SELECT v.<|> FROM seen v",
    "SELECT v.<|> FROM called v",
    "SELECT again.<|> FROM again",
    "SELECT made.<|> FROM made",
    "WITH work AS (SELECT 1 AS x) SELECT work.<|> FROM work",
    "SELECT <|> FROM (VALUES (1, 2)) AS s(a, b), copy",
    "SELECT <|> FROM (SELECT id AS a FROM work) s",
    "WITH a AS (SELECT id AS x FROM work) SELECT <|> FROM a",
]
UNKNOWN = [
    "WITH a AS (SELECT id + 1, id FROM work) SELECT a.<|> FROM a",
    "WITH a AS (TABLE work) SELECT a.<|> FROM a",
    "WITH work AS (TABLE copy) SELECT work.<|> FROM work",
    "SELECT s.<|> FROM ((SELECT id FROM work) UNION SELECT 2) s",
    "SELECT s.<|> FROM (VALUES (1, 2)) AS s",
    "SELECT s.<|> FROM generate_series(1, 2) AS s(a)",
    "SELECT <|> FROM (SELECT id + 1 FROM work) s",
    "SELECT w.<|> FROM (work JOIN copy ON true) AS w",
    "SELECT id FROM work WHERE id = ALL(@<|>::int[])",
]


def members(marked: str) -> frozenset[str] | None:
    """What may stand at the mark."""
    before, after = marked.split(CURSOR)
    language = named("postgres")
    resolver = Resolver([unit(language, "a/b", f"{before}q{after};\n"), unit(language, "a/c", SCHEMA)])
    place = resolver.at("a/b", len(before))
    assert place is not None
    return resolver.members(place)


def test_a_column_is_known_exactly_where_a_server_finds_it(server: Server) -> None:  # noqa: F811
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA listed; SET search_path = listed;" + SCHEMA)

        def prepares(query: str) -> bool:
            try:
                connection.execute("PREPARE one AS " + query + "; DEALLOCATE one")
            except psycopg.errors.UndefinedColumn:
                return False
            return True

        found = {
            marked: {name for name in POOL if prepares(marked.replace(CURSOR, name))} for marked in KNOWN
        }
        connection.execute("DROP SCHEMA listed CASCADE")
    assert {marked: (members(marked) or frozenset()) & set(POOL) for marked in KNOWN} == found


def test_nothing_is_known_where_an_item_does_not_tell_its_name() -> None:
    assert {marked: members(marked) for marked in UNKNOWN} == dict.fromkeys(UNKNOWN)
