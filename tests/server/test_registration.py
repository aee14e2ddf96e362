"""What a client is asked to tell of: only if it can be asked, and what is of use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, StartEditor
from tests.server.test_reloading import write

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILES, SETTINGS = types.WORKSPACE_DID_CHANGE_WATCHED_FILES, types.WORKSPACE_DID_CHANGE_CONFIGURATION


def client(
    *, files: bool | None = None, settings: bool | None = None, relative: bool | None = None
) -> types.ClientCapabilities:
    """A client that can be asked to tell of files or settings; None where it says nothing of that."""
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(files, relative),
            did_change_configuration=types.DidChangeConfigurationClientCapabilities(settings),
        )
    )


async def registered(editor: Editor) -> dict[str, Any]:
    """The options of what is registered, by method; what comes with the start comes before an answer."""
    await editor.pulled(editor.open("a = 1\n"))
    return {one.method: one.register_options for one in editor.registered.values()}


@pytest.mark.parametrize(
    ("capabilities", "methods"),
    [
        (types.ClientCapabilities(), set()),
        (client(files=False, settings=False, relative=True), set()),
        (client(files=True), {FILES}),
        (client(settings=True), {SETTINGS}),
        (client(files=True, settings=True), {FILES, SETTINGS}),
    ],
)
async def test_only_what_a_client_lets_itself_be_asked_for_is_registered(
    start: StartEditor, capabilities: types.ClientCapabilities, methods: set[str]
) -> None:
    editor = await start(capabilities=capabilities)
    assert (await registered(editor)).keys() == methods
    assert editor.log() == []


async def test_settings_are_registered_by_their_section(start: StartEditor) -> None:
    editor = await start(capabilities=client(settings=True))
    assert (await registered(editor))[SETTINGS] == {"section": "holegram"}


def patterns(options: Any) -> list[Any]:
    return [watcher["globPattern"] for watcher in options["watchers"]]


async def test_files_of_the_known_languages_are_watched(start: StartEditor, tmp_path: Path) -> None:
    write(tmp_path, "yes")
    editor = await start(capabilities=client(files=True), options={"bundles": [str(tmp_path)]})
    watched = patterns((await registered(editor))[FILES])
    assert {"**/*.tf", "**/terraform.rc", "**/*.lines"} <= set(watched)
    assert all(isinstance(pattern, str) for pattern in watched)


async def test_bundles_are_watched_where_they_are_by_a_client_that_can(
    start: StartEditor, tmp_path: Path
) -> None:
    write(tmp_path, "yes")
    capabilities = client(files=True, relative=True)
    editor = await start(capabilities=capabilities, options={"bundles": [str(tmp_path)]})
    watched = patterns((await registered(editor))[FILES])
    places = [pattern["baseUri"] for pattern in watched if isinstance(pattern, dict)]
    assert tmp_path.as_uri() in places


async def test_a_language_that_is_new_is_watched_instead_of_twice(start: StartEditor, tmp_path: Path) -> None:
    write(tmp_path, "yes")
    editor = await start(capabilities=client(files=True), options={"bundles": [str(tmp_path)]})
    await registered(editor)
    manifest = write(tmp_path, "no", "other") / "language.toml"
    editor.touch(manifest, types.FileChangeType.Created)
    await editor.until(
        lambda: [
            FILES
            for one in editor.registered.values()
            if one.method == FILES and "**/*.other" in patterns(one.register_options)
        ]
    )
    assert [one.method for one in editor.registered.values()] == [FILES]
