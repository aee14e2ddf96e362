"""The `holegram` command: reads arguments, calls the rooms below, prints.

One file holds one command. None knows the editor's protocol; each imports what it needs when it runs,
so that a command that needs no model waits for none.
"""

from lsp_server.cli.app import main

__all__ = ["main"]
