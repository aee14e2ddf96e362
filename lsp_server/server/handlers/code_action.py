"""`textDocument/codeAction` and `codeAction/resolve`: what mends the errors at a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.lazy_imports import TURN
from lsp_server.retrieval import comment_above
from lsp_server.server import convert
from lsp_server.server.convert import actions
from lsp_server.server.documents.session import Document
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.text import Edit, Span

if TYPE_CHECKING:
    from lsp_server.features.fixes import Fix


async def handle(server: HolegramServer, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    """The fixes of the errors in a range, with one to have the model complete the text; then removals."""
    document = server.session.get(params.text_document.uri)
    if document is not None and params.range.start == params.range.end:
        server.suggester.rest_at(document, cursor_in(server, document, params.range.start))
    if document is None or not actions.wanted(params.context.only):
        return None
    snapshot, encoding, shown = document.snapshot, server.client.encoding, params.context.diagnostics
    versioned = server.client.capability("workspace.workspace_edit.document_changes")
    seen = server.grammar_lint.known(document) or ()
    existing = await server.existing_names.found(document)

    def as_action(fix: Fix) -> types.CodeAction:
        return actions.fix_action_of(snapshot, fix, shown, encoding, versioned=versioned)

    def work() -> tuple[list[types.CodeAction], ...] | None:
        # Imported here because they bring the grammar's rooms, which a quick start does without.
        with TURN:
            from lsp_server.constraint import load_grammar
            from lsp_server.features.fixes import fixes
            from lsp_server.features.grammar_findings import removals
            from lsp_server.features.unknown_names import declarations, renamings, unknown_names

        tree = document.tree()
        if tree is None:
            return None
        ends = (params.range.start, params.range.end)
        span = Span(*sorted(convert.offset_of(tree.lines, end, encoding) for end in ends))
        mended = fixes(tree, load_grammar(tree.language), span)
        names = document.names() if existing is not None else None
        if names is not None and existing is not None:
            unknown = unknown_names(existing, names, tree)
            made = declarations(existing, names, snapshot.text, unknown, span)
            mended = (*mended, *renamings(unknown, span), *made)
        removed = removals(snapshot.text, seen, span) if seen else ()
        return [as_action(fix) for fix in mended], [as_action(fix) for fix in removed]

    found = await server.answers.run(params.text_document.uri, work)
    mended, removed = found or ([], [])
    wrong = [one for one in shown if one.severity in (None, types.DiagnosticSeverity.Error)]
    if (
        (mended or wrong)
        and server.configuration.settings.completion.enabled
        and actions.resolves_edits(server.client.capabilities)
    ):
        mended.append(actions.asking_action_of(document, params.range.start, wrong))
    written = _writing(server, document, params.range.end)
    if found is None and not mended and not written:
        return None
    return [*mended, *removed, *written]


def _writing(server: HolegramServer, document: Document, position: types.Position) -> list[types.CodeAction]:
    """The action to write what a comment at the cursor asks for, if there is one, below it."""
    offset = cursor_in(server, document, position)
    language, text = document.language, document.snapshot.text
    is_off = not server.configuration.settings.completion.enabled
    if is_off or language is None or offset is None or not actions.resolves_edits(server.client.capabilities):
        return []
    end = text.find("\n", offset)
    above = comment_above(language, text, offset) or comment_above(
        language, text, len(text) if end < 0 else end
    )
    return [] if above is None else [actions.asking_action_of(document, position, instruction=above.text)]


async def resolve(server: HolegramServer, action: types.CodeAction) -> types.CodeAction:
    """The action with what the model suggests; as it was where that is nothing or the text has changed."""
    asked = actions.asked_of(action)
    document = None if asked is None else server.session.get(asked.uri)
    if asked is None or document is None or document.revision != asked.revision:
        return action
    offset = cursor_in(server, document, asked.position)
    if asked.instruction:
        edit = None if offset is None else await _written(server, document, offset, asked.instruction)
    else:
        completion = await server.suggester.suggest(document, offset, asked=True)
        item = completion.items[0] if completion is not None and completion.items else None
        edit = None if item is None else Edit(Span(item.start, item.end), item.text)
    if edit is not None:
        versioned = server.client.capability("workspace.workspace_edit.document_changes")
        action.edit = actions.edit_of(document.snapshot, edit, server.client.encoding, versioned=versioned)
    return action


async def _written(server: HolegramServer, document: Document, offset: int, instruction: str) -> Edit | None:
    """What is written below the comment that is at an offset, or just above it."""
    text = document.snapshot.text
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    end = len(text) if end < 0 else end
    is_below = not text[start:end].strip()
    place = offset if is_below else min(end + 1, len(text))
    written = await server.suggester.write(document, Span(place, place), instruction)
    if written is None or not written.items or server.session.get(document.snapshot.uri) is not document:
        return None
    before = "\n" if not is_below and end == len(text) else ""
    after = "" if is_below else "\n"
    return Edit(Span(place, place), f"{before}{written.items[0].text}{after}")


HANDLERS = (
    Handler(
        types.TEXT_DOCUMENT_CODE_ACTION,
        handle,
        options=types.CodeActionOptions([types.CodeActionKind.QuickFix], resolve_provider=True),
    ),
    Handler(types.CODE_ACTION_RESOLVE, resolve, fallback=lambda action: action),
)
