"""`holegram settings`: what the settings of the server are, for programs."""

from __future__ import annotations

import json


def settings() -> None:
    """Print the server's settings as a JSON schema, for editors that check a configuration."""
    from lsp_server.server import settings_schema

    print(json.dumps(settings_schema(), indent=2))
