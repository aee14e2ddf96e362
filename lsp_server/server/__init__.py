"""The language server: one small handler per request, over the features of the rooms below.

Owns the protocol, the open documents, the settings and what runs when. The only room that knows
pygls and lsprotocol. Importing it imports neither a model nor the mask engine.
"""

from lsp_server.server.app import serve_stdio
from lsp_server.server.leaving import leave
from lsp_server.server.settings import Settings, settings_schema

__all__ = ["Settings", "leave", "serve_stdio", "settings_schema"]
