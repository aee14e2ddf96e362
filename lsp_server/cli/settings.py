"""`holegram settings`: what the settings of the server are, for programs."""

from __future__ import annotations

import json


def settings() -> None:
    """Print the JSON schema of the server's settings, for editors that check what is written."""
    from lsp_server.server import settings_schema

    print(json.dumps(settings_schema(), indent=2))
