"""Offers the tools by the Model Context Protocol, on standard input and output.

Alone knows the library of that protocol. What goes wrong is told to the agent as one line.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from lsp_server import __version__
from lsp_server.errors import HolegramError, UsageError
from lsp_server.mcp.tools import Tools

_ABOUT = (
    "Writes and checks text in languages that few models know well. Places are counted from 1, columns in "
    "characters; where a text is given, <|> in it may mark the place. Known languages: {languages}."
)
_OFFERED = ("check", "expected", "complete", "hole_grammar", "write", "names")


def create_app(tools: Tools) -> Any:
    """The server, which is not started.

    Raises:
        UsageError: the library is not installed.

    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ImportError:
        remedy = "pip install 'holegram[mcp]'"
        raise UsageError("the MCP library is not installed", remedy=remedy) from None

    def told(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        @functools.wraps(tool)
        def run(**arguments: Any) -> dict[str, Any]:
            try:
                return tool(**arguments)
            except HolegramError as error:
                raise ToolError(str(error)) from None

        return run

    known = ", ".join(language.id for language in tools.registry.languages)
    about = _ABOUT.format(languages=known)
    app = MCPServer("holegram", version=__version__, instructions=about, log_level="ERROR")
    for name in _OFFERED:
        reads_only = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        app.tool(name, annotations=reads_only)(told(getattr(tools, name)))
    return app
