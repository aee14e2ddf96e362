"""Fixes as code actions; positions are made by `convert`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from lsp_server.server.convert.diagnostics import diagnostic_of
from lsp_server.server.convert.names import workspace_edit_of
from lsp_server.server.documents.session import Document
from lsp_server.text import Edit, Encoding, Snapshot

if TYPE_CHECKING:
    from lsp_server.features.fixes import Fix

COMPLETE = "Suggest code here"
"""The title of the action that asks the model."""

WRITE = "Write from this comment"
"""The title of the action that does what a comment says."""


def wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether quick fixes are among the kinds of actions that a client asks for."""
    kinds = [kind.value if isinstance(kind, types.CodeActionKind) else kind for kind in only or ()]
    quick = types.CodeActionKind.QuickFix.value
    return only is None or any(not kind or quick == kind or quick.startswith(f"{kind}.") for kind in kinds)


def fix_action_of(
    snapshot: Snapshot, fix: Fix, shown: Sequence[types.Diagnostic], encoding: Encoding, *, versioned: bool
) -> types.CodeAction:
    """A fix, linked to its diagnostic as the client shows it."""
    own = diagnostic_of(snapshot, fix.diagnostic, encoding, related=False)
    same = [other for other in shown if (other.range, other.message) == (own.range, own.message)]
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=same or [own],
        is_preferred=fix.preferred or None,
        edit=edit_of(snapshot, fix.edit, encoding, versioned=versioned),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the model is to complete a text, or to write by an instruction, in a document as it was."""

    uri: str
    revision: int
    position: types.Position
    instruction: str = ""


def resolves_edits(capabilities: types.ClientCapabilities) -> bool:
    """Whether the client can ask later for what an action does."""
    properties = get_capability(capabilities, "text_document.code_action.resolve_support.properties", ())
    return "edit" in properties


def asking_action_of(
    document: Document,
    position: types.Position,
    shown: Sequence[types.Diagnostic] = (),
    instruction: str | None = None,
) -> types.CodeAction:
    """The action that puts in what the model suggests, or writes what an instruction says.

    That is asked for when the action is chosen.
    """
    told = {} if instruction is None else {"instruction": instruction}
    place = {"line": position.line, "character": position.character}
    return types.CodeAction(
        title=COMPLETE if instruction is None else WRITE,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=list(shown) or None,
        data={"uri": document.snapshot.uri, "revision": document.revision, **place, **told},
    )


def asked_of(action: types.CodeAction) -> Asked | None:
    """Where an action has the model complete a text; None of another action."""
    match action.data:
        case {
            "uri": str(uri),
            "revision": int(revision),
            "line": int(line),
            "character": int(character),
            **others,
        }:
            told = others.get("instruction")
            return Asked(
                uri, revision, types.Position(line, character), told if isinstance(told, str) else ""
            )
    return None


def edit_of(snapshot: Snapshot, edit: Edit, encoding: Encoding, *, versioned: bool) -> types.WorkspaceEdit:
    """An edit of one document, for its version where the client heeds that."""
    uri = snapshot.uri
    return workspace_edit_of({uri: snapshot}, (uri,), {uri: [edit]}, encoding, versioned=versioned)
