"""`holegram settings`: the schema, from the one place where settings are described."""

from __future__ import annotations

from lsp_server.server import settings_schema
from tests.cli.conftest import Holegram


def test_it_prints_the_schema_by_which_the_server_reads(holegram: Holegram) -> None:
    printed = holegram("settings")
    assert (printed.code, printed.err) == (0, "")
    assert printed.json == settings_schema()
    assert printed.json["$schema"].startswith("https://json-schema.org/")
