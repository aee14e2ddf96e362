"""`holegram settings`: what the settings of the server are, for programs."""

from __future__ import annotations

from lsp_server.cli.options import print_json


def settings() -> None:
    """Print the server's settings as a JSON schema, for editors that check a configuration."""
    from lsp_server.server import settings_schema

    print_json(settings_schema())
