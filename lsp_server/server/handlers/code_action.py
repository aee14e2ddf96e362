"""`textDocument/codeAction` and `codeAction/resolve`: what mends the errors at a cursor."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import actions, convert
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Edit, Span


async def handle(server: HolegramServer, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    """The fixes of the errors in a range; last, where there are some, to have the model complete the text."""
    document = server.session.get(params.text_document.uri)
    if document is None or not actions.wanted(params.context.only):
        return None
    snapshot, encoding, shown = document.snapshot, server.encoding, params.context.diagnostics
    versioned = server.capability("workspace.workspace_edit.document_changes")

    def work() -> list[types.CodeAction] | None:
        # Imported here because they bring the grammar's rooms, which a quick start does without.
        from lsp_server.constraint import load_grammar
        from lsp_server.features.fixes import fixes

        tree = document.tree()
        if tree is None:
            return None
        ends = (params.range.start, params.range.end)
        span = Span(*sorted(convert.offset_of(tree.lines, end, encoding) for end in ends))
        found = fixes(tree, load_grammar(tree.language), span)
        return [actions.fix_action_of(snapshot, fix, shown, encoding, versioned=versioned) for fix in found]

    found = await server.answer(work)
    if (found or shown) and server.settings.completion.enabled and actions.resolves_edits(server):
        found = [*(found or ()), actions.completing_action_of(document, params.range.start, shown)]
    return found


async def resolve(server: HolegramServer, action: types.CodeAction) -> types.CodeAction:
    """The action with what the model suggests; as it was where that is nothing or the text has changed."""
    asked = actions.asked_of(action)
    document = None if asked is None else server.session.get(asked.uri)
    if asked is None or document is None or document.revision != asked.revision:
        return action
    completion = await server.suggest(document, asked.position)
    if completion is not None and completion.items:
        item = completion.items[0]
        edits = [Edit(Span(item.start, item.end), item.text)]
        versioned = server.capability("workspace.workspace_edit.document_changes")
        action.edit = actions.workspace_edit_of(
            document.snapshot, edits, server.encoding, versioned=versioned
        )
    return action


HANDLERS = (
    Handler(
        types.TEXT_DOCUMENT_CODE_ACTION,
        handle,
        options=types.CodeActionOptions([types.CodeActionKind.QuickFix], resolve_provider=True),
    ),
    Handler(types.CODE_ACTION_RESOLVE, resolve),
)
