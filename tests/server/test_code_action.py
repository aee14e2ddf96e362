"""End to end: code actions that mend errors, and the one that asks the model."""

from __future__ import annotations

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, Script, StartEditor

pytestmark = pytest.mark.asyncio(loop_scope="session")

BROKEN = "a = [1, 2\nb = 3\n"
QUICK = types.CodeActionKind.QuickFix


async def actions(
    editor: Editor, uri: str, place: tuple[int, int], only: list[types.CodeActionKind] | None = None
) -> list[types.CodeAction]:
    position = types.Position(*place)
    context = types.CodeActionContext(await editor.pulled(uri), only=only)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), types.Range(position, position), context
    )
    found = await editor.client.text_document_code_action_async(params) or ()
    return [action for action in found if isinstance(action, types.CodeAction)]


def capable(*, resolves: bool = False, versioned: bool = False) -> types.ClientCapabilities:
    support = types.ClientCodeActionResolveOptions(["edit"])
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            code_action=types.CodeActionClientCapabilities(resolve_support=support if resolves else None)
        ),
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=versioned)
        ),
    )


async def test_a_fix_says_what_it_does_and_belongs_to_the_error_shown(editor: Editor) -> None:
    uri = editor.open(BROKEN)
    [shown] = await editor.pulled(uri)
    [fix] = await actions(editor, uri, (0, 9))
    assert (fix.title, fix.kind, fix.is_preferred) == ("Insert `]`", QUICK, True)
    assert fix.diagnostics == [shown] or list(fix.diagnostics or ()) == [shown]
    end = types.Position(0, 9)
    assert fix.edit is not None
    assert fix.edit.changes is not None
    assert list(fix.edit.changes[uri]) == [types.TextEdit(types.Range(end, end), "]")]


async def test_a_rule_that_nothing_needs_and_nothing_names_can_be_removed(editor: Editor) -> None:
    text = 'start: a*\na: "x"\nlone: used  // why\nother: "y"\nused: "z"\n%ignore " "\n'
    uri = editor.open(text, language_id="lark")
    await editor.broken(uri)
    assert [action.title for action in await actions(editor, uri, (4, 1))] == []
    [fix] = await actions(editor, uri, (3, 1))
    assert (fix.title, fix.kind) == ("Remove `other`", QUICK)
    assert fix.edit is not None
    assert fix.edit.changes is not None
    ends = types.Range(types.Position(3, 0), types.Position(4, 0))
    assert list(fix.edit.changes[uri]) == [types.TextEdit(ends, "")]
    [fix] = await actions(editor, uri, (2, 2))
    assert fix.title == "Remove `lone`"


async def test_what_is_no_error_is_nothing_for_the_model(start: StartEditor) -> None:
    editor = await start(capabilities=capable(resolves=True))
    uri = editor.open('start: a*\na: "x"\nlone: "y"\n%ignore " "\n', language_id="lark")
    await editor.broken(uri)
    assert [action.title for action in await actions(editor, uri, (2, 1))] == ["Remove `lone`"]


async def test_client_that_heeds_versions_gets_them(start: StartEditor) -> None:
    editor = await start(capabilities=capable(versioned=True))
    uri = editor.open(BROKEN)
    [fix] = await actions(editor, uri, (0, 9))
    assert fix.edit is not None
    assert fix.edit.document_changes is not None
    [change] = fix.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (uri, 1)


async def test_nothing_is_offered_elsewhere_or_for_another_kind(editor: Editor) -> None:
    uri = editor.open("x = 1\n\n" + BROKEN)
    assert await actions(editor, uri, (2, 9), [types.CodeActionKind.Refactor]) == []
    assert len(await actions(editor, uri, (2, 9), [QUICK])) == 1


async def test_model_is_asked_only_once_its_action_is_chosen(start: StartEditor, script: Script) -> None:
    editor = await start(capabilities=capable(resolves=True), options={"model": script({"[1, 2": ", 3]"})})
    uri = editor.open("a = [1, 2\n")
    *_, action = await actions(editor, uri, (0, 9))
    assert action.title == "Suggest code here"
    assert action.edit is None
    assert not any(trace.startswith("suggestion:") for trace in editor.traces)
    resolved = await editor.client.code_action_resolve_async(action)
    assert resolved.edit is not None
    assert resolved.edit.changes is not None
    [edit] = resolved.edit.changes[uri]
    assert edit.new_text == ", 3]"


async def test_place_that_an_editor_asks_about_is_made_ready_for_typing(
    start: StartEditor, script: Script
) -> None:
    editor = await start(options={"model": script({"a = ": "1"})})
    uri = editor.open("a = \nb = 2\n")
    await actions(editor, uri, (1, 5))
    assert await editor.inline(uri, 0, 4)
    await actions(editor, uri, (0, 4))
    assert not any("made ready" in trace for trace in editor.traces)
    await actions(editor, uri, (1, 5))
    await editor.until(lambda: any(trace.endswith("place made ready") for trace in editor.traces))


async def test_action_for_a_text_that_has_changed_does_nothing(start: StartEditor, script: Script) -> None:
    editor = await start(capabilities=capable(resolves=True), options={"model": script({"[1, 2": ", 3]"})})
    uri = editor.open("a = [1, 2\n")
    *_, action = await actions(editor, uri, (0, 9))
    editor.change(uri, ((0, 0), (0, 0), "b = 1\n"))
    assert (await editor.client.code_action_resolve_async(action)).edit is None
