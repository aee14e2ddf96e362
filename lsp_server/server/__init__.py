"""The language server: one small handler per request, over the features of the rooms below.

Owns the protocol, the open documents, the settings and what runs when. The only room that knows pygls and
lsprotocol. Importing it imports neither a model nor the mask engine.

Its own rooms, each over those below it. A handler converts, calls a service, and converts back; a service
is given what it uses, never the server. `Client` has all that a service may know of a client.

    network                      many clients, on a port
    app                          one client, on standard input and output
    handlers                     one file for each request
    language_server              puts the services of one client together
    following | shared           which documents are followed; what all clients have in common
    diagnostics | suggestions
    workspace                    files, bundles that change, names
    model                        loads the model, tells how it is with it
    client                       frames, messages, progress; how a service tells a client something
    convert                      the protocol's values and ours
    documents                    the open documents
    configuration                settings, and what a client may do
    process | scheduling         memory, numbers, the end; threads and turns
"""

from lsp_server.server.app import serve_stdio
from lsp_server.server.configuration.settings import Settings, settings_schema
from lsp_server.server.process.leaving import leave

__all__ = ["Settings", "leave", "serve_stdio", "settings_schema"]
