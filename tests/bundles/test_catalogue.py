"""The format of catalogues: what is written is read again, and what is wrong is one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lsp_server.errors import CatalogueError
from lsp_server.languages.catalogue import (
    Catalogue,
    CatalogueSymbol,
    MadeOf,
    every,
    parse_catalogue,
    read_catalogue,
    write_catalogue,
)

HEAD = {"holegram-catalogue": 1, "language": "graphql"}
PATH = Path("a.json")


def of(symbols: Any, **more: Any) -> bytes:
    return json.dumps({**HEAD, "symbols": symbols, **more}).encode()


def deep(levels: int) -> dict[str, Any]:
    symbol: dict[str, Any] = {"name": "a", "kind": "b"}
    for _ in range(levels):
        symbol = {"name": "a", "kind": "b", "members": [symbol]}
    return symbol


def test_what_is_written_is_read_again() -> None:
    member = CatalogueSymbol(
        name='é "x"', kind="field", space="s", qualifier="q", type="T!", of=("type", "T"), required=True
    )
    more = CatalogueSymbol(
        name="b", kind="f", signature="b(c)", documentation="a\nb", deprecated="d", once=True, partial=True
    )
    made = Catalogue(
        language="graphql",
        symbols=(CatalogueSymbol(name="A", kind="type", members=(member, more)),),
        made="2026-01-01T00:00:00+00:00",
        source=MadeOf(kind="k", name="n", fingerprint="f", version="v"),
        partial=True,
        path=PATH,
    )
    again = parse_catalogue(write_catalogue(made), PATH)
    assert list(every(again.symbols)) == list(every(made.symbols))
    assert {key: getattr(again, key) for key in ("language", "made", "source", "partial")} == {
        key: getattr(made, key) for key in ("language", "made", "source", "partial")
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "not an object"),
        (b"{}", "no catalogue"),
        (json.dumps({**HEAD, "holegram-catalogue": 2}).encode(), "version 2, not of version 1"),
        (json.dumps(HEAD).encode(), "symbols"),
        (of([{"name": "a"}]), "key 'symbols.0.kind'"),
        (of([{"name": "a", "kind": "b", "sort": 1}]), "key 'symbols.0.sort'"),
        (of([{"name": 1, "kind": "b"}]), "key 'symbols.0.name'"),
        (of([{"name": "a", "kind": "b", "of": ["type"]}]), "key 'symbols.0.of"),
        (of(7), "key 'symbols'"),
        (of([], later=1), "key 'later'"),
        (of([deep(40)]), "members of members"),
        (of([{"name": "a", "kind": "b"}] * 1_000_000), "has more than 400,000 symbols"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_one_line_that_names_the_file_and_a_remedy(data: bytes, message: str) -> None:
    with pytest.raises(CatalogueError) as told:
        parse_catalogue(data, PATH)
    line = str(told.value)
    assert message in line
    assert line.startswith("a.json: ")
    assert line.endswith(")")
    assert "\n" not in line


def test_a_file_of_500_megabytes_and_a_link_out_of_its_folder_are_not_read(tmp_path: Path) -> None:
    huge, out = tmp_path / "huge.json", tmp_path / "in" / "out.json"
    with huge.open("wb") as file:
        file.truncate(500_000_000)
    with pytest.raises(CatalogueError, match="is larger than"):
        read_catalogue(huge)
    out.parent.mkdir()
    out.symlink_to(huge)
    with pytest.raises(CatalogueError, match="leads out of"):
        read_catalogue(out, within=(out.parent,))
    with pytest.raises(CatalogueError, match="no such file"):
        read_catalogue(tmp_path / "nothing.json")
