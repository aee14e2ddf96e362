"""What kind of client plays the editor: its seed decides, so that eight seeds in a row are all there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Manners:
    """What a client can do.

    `pushed`: it gets diagnostics pushed, and does not pull them. `ghost`: it shows ghost text, so that lists
    have no suggestions. `watching`: it can be asked to tell of files that change.
    """

    pushed: bool
    ghost: bool
    watching: bool

    @classmethod
    def of(cls, seed: int) -> Manners:
        """The manners of a seed."""
        return cls(*(bool(seed & bit) for bit in (1, 2, 4)))

    @property
    def capabilities(self) -> dict[str, Any]:
        """What is sent of it to the server."""
        document: dict[str, Any] = {
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
            "rename": {"prepareSupport": True},
            "hover": {"contentFormat": ["markdown"]},
            "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
            "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
            "semanticTokens": {
                "requests": {"full": {"delta": True}, "range": True},
                "tokenTypes": [],
                "tokenModifiers": [],
                "formats": ["relative"],
            },
        }
        if not self.pushed:
            document["diagnostic"] = {"relatedDocumentSupport": False}
        if self.ghost:
            document["inlineCompletion"] = {}
        workspace: dict[str, Any] = {"workspaceEdit": {"documentChanges": True}}
        if self.watching:
            workspace["didChangeWatchedFiles"] = {"dynamicRegistration": True}
        return {"textDocument": document, "workspace": workspace}
