"""The language server: one small handler per request, over the features of the rooms below.

Owns the protocol, the open documents, the settings and what runs when. The only room that knows
pygls and lsprotocol. Importing it imports neither a model nor the mask engine.
"""

from lsp_server.server.app import serve_stdio
from lsp_server.server.configuration.settings import Settings, settings_schema
from lsp_server.server.process.leaving import leave

__all__ = ["Settings", "leave", "serve_stdio", "settings_schema"]
