"""The names that exist for an open document: by the workspace, what else is open, and the document itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp_server.features.recall import Wanted
from lsp_server.languages import load_registry
from lsp_server.names.existing import Existing
from lsp_server.names.occurrences import Names
from lsp_server.names.places import Use
from lsp_server.names.strictness import Strictness
from lsp_server.server.documents.session import AT_ONCE, Document, Session
from lsp_server.server.suggestions.slots import Suggestions
from lsp_server.server.workspace.existing_names import ExistingNames
from lsp_server.server.workspace.index import WorkspaceIndex
from lsp_server.text import Edit, Snapshot, Span
from tests.names.suggesting import allowed
from tests.server.conftest import PATIENCE, Script, StartEditor
from tests.server.suggesting import Decoder

REGISTRY = load_registry()
VAR = Use(("var",))


async def names_in(document: Document) -> Names | None:
    return document.names()


class Workspace:
    """A folder with a session; `names` tells what exists for one of its documents."""

    def __init__(self, root: Path, reader: ThreadPoolExecutor) -> None:
        self.root, self.strictness, self.session = root, Strictness.PREFER, Session(REGISTRY)
        self.index = WorkspaceIndex(lambda: (root,), lambda: REGISTRY, reader, print)
        roots = (root,)
        self.known = ExistingNames(self.session, self.index, lambda: roots, lambda: self.strictness, names_in)

    def write(self, name: str, *variables: str) -> None:
        (self.root / name).write_text("".join(f'variable "{variable}" {{}}\n' for variable in variables))
        self.index.touch([self.root / name])

    def open(self, name: str, text: str, language: str = "hcl") -> Document:
        path = self.root / name
        return self.session.open(Snapshot(path.as_uri(), language, 1, text), path)

    def names(self, document: Document, offset: int = 0) -> Existing | None:
        return self.known(document, offset)

    def variables(self, document: Document) -> set[str] | None:
        found = self.names(document)
        return None if found is None else allowed(found, VAR, None)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with ThreadPoolExecutor(1) as reader:
        yield Workspace(tmp_path, reader)


async def test_files_beside_a_document_count_once_they_are_read(workspace: Workspace) -> None:
    workspace.write("variables.tf", "region")
    document = workspace.open("main.tf", 'variable "own" {}\n')
    document.names()
    assert workspace.variables(document) is None
    await workspace.index.ready()
    assert workspace.variables(document) == {"region", "own"}


@pytest.mark.parametrize("kind", ["resource", "data"])
async def test_what_is_being_defined_does_not_exist_for_itself(workspace: Workspace, kind: str) -> None:
    await workspace.index.ready()
    blocks = [f'{kind} "a_b" "{name}" {{\n  c = 1\n}}\n' for name in ("one", "two")]
    document = workspace.open("main.tf", "\n".join(blocks))
    document.names()
    seen = []
    for offset in (blocks[0].index("c"), len(blocks[0]) + blocks[1].index("c"), len(blocks[0])):
        existing = workspace.names(document, offset)
        assert existing is not None
        seen.append(allowed(existing, Use((kind,)), "a_b"))
    assert seen == [{"two"}, {"one"}, {"one", "two"}]


async def test_what_is_open_counts_for_its_file_and_the_own_file_until_its_names_are_known(
    workspace: Workspace,
) -> None:
    workspace.write("variables.tf", "saved")
    workspace.write("main.tf", "own")
    await workspace.index.ready()
    document = workspace.open("main.tf", 'variable "typed" {}\n')
    assert workspace.variables(document) == {"saved", "own"}
    other = workspace.open("variables.tf", 'variable "unsaved" {}\n')
    assert await workspace.known.read(document)
    assert await workspace.known.read(other)
    assert not await workspace.known.read(other)
    assert workspace.variables(document) == {"unsaved", "typed"}


async def test_nothing_is_said_to_be_unknown_while_a_document_may_declare_it(workspace: Workspace) -> None:
    await workspace.index.ready()
    document = workspace.open("main.tf", "a = var.b\n")
    document.names()
    assert workspace.known.sure(document) is not None
    other = workspace.open("never_saved.tf", 'variable "b" {}\n')
    assert workspace.known.sure(document) is None
    assert await workspace.known.read(other)
    assert workspace.known.sure(document) is not None


async def test_a_suggestion_knows_the_names_of_a_short_document_that_was_just_opened(
    workspace: Workspace,
) -> None:
    await workspace.index.ready()
    short = workspace.open("main.tf", 'variable "own" {}\n')
    await workspace.known.settle(short)
    assert workspace.variables(short) == {"own"}
    long = workspace.open("long.tf", 'variable "own" {}\n' * (AT_ONCE // 10))
    await workspace.known.settle(long)
    assert not long.names_known


async def test_what_goes_wrong_with_names_does_not_keep_a_suggestion_away(workspace: Workspace) -> None:
    async def fails(document: Document) -> Names | None:
        raise RecursionError

    known = ExistingNames(
        workspace.session, workspace.index, lambda: (workspace.root,), lambda: Strictness.PREFER, fails
    )
    document = workspace.open("main.tf", "a = 1\n")
    await known.settle(document)
    assert not document.names_known


async def test_what_others_asked_for_before_is_told_of_all_the_same(workspace: Workspace) -> None:
    workspace.write("variables.tf", "saved")
    await workspace.index.ready()
    document = workspace.open("variables.tf", 'variable "unsaved" {}\n')
    document.names()
    assert await workspace.known.read(document)
    changed = workspace.session.change(document, (Edit(Span(10, 17), "other"),), 2)
    changed.names()
    assert await workspace.known.read(changed)
    assert not await workspace.known.read(changed)


async def test_what_others_use_of_what_fades_is_told_of(workspace: Workspace) -> None:
    await workspace.index.ready()
    declares = workspace.open("variables.tf", 'variable "zones" {}\n')
    uses = workspace.open("main.tf", "a = 1\n")
    assert await workspace.known.read(declares)
    assert await workspace.known.read_beside(declares) == [uses]
    assert await workspace.known.read_beside(declares) == []
    told = []
    for version, text in enumerate(("var.other", "var.zones", "[var.zones]", "1"), 2):
        edit = Edit(Span(4, len(uses.snapshot.text) - 1), text)
        uses = workspace.session.change(uses, (edit,), version)
        told.append(await workspace.known.read(uses))
    assert told == [False, True, False, True]


async def test_a_document_whose_names_cannot_be_found_out_keeps_none_from_what_is_told_of_it(
    workspace: Workspace,
) -> None:
    async def fails_in_bad(document: Document) -> Names | None:
        if document.snapshot.uri.endswith("bad.tf"):
            raise RecursionError
        return document.names()

    known = ExistingNames(
        workspace.session, workspace.index, lambda: (workspace.root,), lambda: Strictness.PREFER, fails_in_bad
    )
    await workspace.index.ready()
    document = workspace.open("main.tf", "a = 1\n")
    workspace.open("bad.tf", "b = 1\n")
    good = workspace.open("good.tf", 'variable "c" {}\n')
    assert await known.read_beside(document) == [good]


async def test_what_is_to_be_declared_is_known_as_soon_as_a_document_is_open(workspace: Workspace) -> None:
    workspace.write("variables.tf", "saved")
    await workspace.index.ready()
    document = workspace.open("main.tf", 'variable "own" {}\n')
    found = await workspace.known.found(document)
    assert found is not None
    assert found.own is not None
    assert allowed(found, VAR, None) == {"saved", "own"}


async def test_the_names_of_the_version_before_serve_while_a_line_is_typed(workspace: Workspace) -> None:
    await workspace.index.ready()
    document = workspace.open("main.tf", 'variable "typed" {}\na = \n')
    document.names()
    document = workspace.session.change(document, (Edit(Span(24, 24), "var.t"),), 2)
    assert workspace.variables(document) == {"typed"}


async def test_nothing_is_known_where_it_does_not_count(workspace: Workspace) -> None:
    await workspace.index.ready()
    assert workspace.names(workspace.open("a.lark", 'start: "a"\n', "lark")) is None
    document = workspace.open("main.tf", "a = 1\n")
    assert workspace.names(document) is not None
    workspace.strictness = Strictness.OFF
    assert workspace.names(document) is None


async def test_what_is_beside_a_document_is_collected_anew_only_if_it_changed(workspace: Workspace) -> None:
    workspace.write("variables.tf", "a")
    await workspace.index.ready()
    document = workspace.open("main.tf", "a = 1\n")
    first, second = workspace.names(document), workspace.names(document, 3)
    assert first is not None
    assert second is not None
    assert first.around is second.around
    workspace.write("variables.tf", "bc")
    await workspace.index.ready()
    changed = workspace.names(document)
    assert changed is not None
    assert changed.fingerprint != first.fingerprint


async def test_a_suggestion_is_not_remembered_when_other_names_exist(
    workspace: Workspace, decoder: Decoder
) -> None:
    async def model() -> Any:
        return object()

    workspace.write("variables.tf", "a")
    await workspace.index.ready()
    document = workspace.open("main.tf", "a = var.\n")
    with ThreadPoolExecutor(1) as worker:
        suggestions = Suggestions(model, worker, lambda _: (), lambda _: None, names=workspace.known)
        for count, change in ((1, None), (1, None), (2, "bc")):
            if change is not None:
                workspace.write("variables.tf", change)
                await workspace.index.ready()
            await suggestions.ask(document, 8, Wanted(3))
            assert len(decoder.tokens) == count
        suggestions.stop_all()


@pytest.mark.asyncio(loop_scope="session")
async def test_ghost_text_of_a_server_names_what_a_file_of_the_folder_declares(
    start: StartEditor, script: Script, tmp_path: Path
) -> None:
    (tmp_path / "variables.tf").write_text('variable "instance_count" {}\n')
    main = tmp_path / "main.tf"
    main.write_text("a = var.instance_count\nb = 1\n")
    editor = await start(options={"model": script({"c = var.": "instances"})}, folders=[tmp_path])
    item = types.TextDocumentItem(main.as_uri(), "hcl", 1, main.read_text())
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await editor.symbols_named("instance")  # the files of the folder are read
    editor.change(main.as_uri(), ((2, 0), (2, 0), "c = var."))
    shown = await editor.inline(main.as_uri(), 2, 8, asked=True)
    assert shown[0].insert_text == "instance_count"


@pytest.mark.asyncio(loop_scope="session")
async def test_unknown_names_are_shown_with_a_fix_until_somebody_declares_them(
    start: StartEditor, tmp_path: Path
) -> None:
    (tmp_path / "variables.tf").write_text('variable "instance_count" {}\n')
    editor = await start(folders=[tmp_path])
    uri, other = (tmp_path / "main.tf").as_uri(), (tmp_path / "variables.tf").as_uri()

    def open_file(uri: str, text: str) -> None:
        item = types.TextDocumentItem(uri, "hcl", 1, text)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    open_file(uri, "a = var.instance_count\nb = var.instance_coun\n")
    told = ["no variable 'instance_coun' is declared; did you mean 'instance_count'?"]
    await editor.until(lambda: editor.errors(uri) == told)
    editor.change(uri, "a = var.instance_count\nb = var.instance_coun\nc = [\n")
    await editor.until(lambda: len(editor.errors(uri) or []) == 2 and told[0] in (editor.errors(uri) or []))
    editor.change(uri, "a = var.instance_count\nb = var.instance_coun\n")
    await editor.until(lambda: editor.errors(uri) == told)
    assert editor.client.diagnostics[uri][0].severity is types.DiagnosticSeverity.Warning
    place = types.Range(types.Position(1, 10), types.Position(1, 10))
    context = types.CodeActionContext(editor.client.diagnostics[uri])
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
    actions = await editor.client.text_document_code_action_async(params) or ()
    assert [action.title for action in actions] == [
        "Replace 'instance_coun' by 'instance_count'",
        "Declare variable 'instance_coun'",
    ]
    open_file(other, 'variable "instance_count" {}\nvariable "instance_coun" {}\n')
    await editor.clean(uri)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("pulls", [False, True])
async def test_a_name_is_not_told_as_unknown_while_it_is_typed(
    start: StartEditor, tmp_path: Path, pulls: bool
) -> None:
    (tmp_path / "variables.tf").write_text('variable "instance_count" {}\n')
    editor = await start(folders=[tmp_path])
    uri = (tmp_path / "main.tf").as_uri()
    text = "a = var.instance_count\nb = var.instance_coun\n"
    item = types.TextDocumentItem(uri, "hcl", 1, text)
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def until_told_in(*lines: int) -> None:
        if pulls:
            assert [one.range.start.line for one in await editor.pulled(uri)] == [*lines]
        else:
            shown = editor.client.diagnostics
            await editor.until(lambda: [one.range.start.line for one in shown.get(uri, ())] == [*lines])

    await until_told_in(1)
    editor.change(uri, ((0, 21), (0, 22), ""))
    await until_told_in(1)
    editor.change(uri, ((0, 21), (0, 21), "s"))
    await until_told_in(1)
    editor.change(uri, ((0, 21), (0, 22), ""))
    editor.change(uri, ((0, 21), (0, 21), "t"))
    editor.change(uri, ((1, 20), (1, 21), ""))
    await until_told_in()
    editor.save(uri)
    await until_told_in(1)
    editor.change(uri, ((1, 20), (1, 20), " "))
    await until_told_in(1)
    editor.change(uri, ((1, 12), (1, 12), "s"))
    await until_told_in()
    editor.change(uri, ((0, 0), (0, 0), "z = 1\n"))
    await until_told_in(2)


@pytest.mark.asyncio(loop_scope="session")
async def test_columns_are_told_in_a_language_that_closes_nothing_else(
    start: StartEditor, tmp_path: Path
) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE work (id int, title text);\n")
    editor = await start(folders=[tmp_path])
    uri = (tmp_path / "query.sql").as_uri()
    item = types.TextDocumentItem(uri, "postgres", 1, "SELECT w.titel FROM work w;\n")
    editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    told = ["no column 'titel' is declared; did you mean 'title'?"]
    await editor.until(lambda: editor.errors(uri) == told)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_file_that_is_opened_with_an_error_lists_names_that_exist_for_who_asks_for_its_errors(
    start: StartEditor, tmp_path: Path
) -> None:
    (tmp_path / "variables.tf").write_text('variable "region" {}\nvariable "zones" {}\nresource "a" "b" {}\n')
    pulls = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities(), completion=types.CompletionClientCapabilities()
        )
    )
    editor = await start(folders=[tmp_path], capabilities=pulls)

    async def listed(name: str) -> set[str]:
        found = await editor.complete((tmp_path / name).as_uri(), 2, 10)
        return set() if found is None else {entry.label for entry in found.items}

    for name in ("first.tf", "main.tf"):  # the names of the first one are read for the first list ever
        uri = (tmp_path / name).as_uri()
        text = 'variable "count_of" {}\nresource "a" "c" {\n  d = var.\n'
        item = types.TextDocumentItem(uri, "hcl", 1, text)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        assert await editor.pulled(uri)
        async with asyncio.timeout(PATIENCE):
            while await listed(name) != {"region", "zones", "count_of"}:
                await asyncio.sleep(0.05)
