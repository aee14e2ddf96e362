"""Which adapter a document's suggestions are made with, and that one which cannot be used stops nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lsp_server.languages import Registry, load_registry
from lsp_server.models import ScriptedModel, adapters
from lsp_server.server.configuration.settings import Settings, overlay
from lsp_server.server.documents.session import Document, Session
from lsp_server.server.suggestions.adapting import Adapting
from lsp_server.text import Snapshot


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(adapters, "adapters_directory", lambda: tmp_path)
    return tmp_path


def opened(path: str) -> Document:
    registry = Registry((load_registry().by_id("hcl"),))
    return Session(registry).open(Snapshot(f"file://{path}", "hcl", 1, "a = 1\n"), Path(path))


async def test_settings_come_before_the_users_own_choice(directory: Path) -> None:
    (directory / "in_use.json").write_text('{"hcl": "chosen", "/w": "folder"}')
    assert Adapting(dict, print).of(opened("/x/a.tf")) == "chosen"
    assert Adapting(dict, print).of(opened("/w/a.tf")) == "folder"
    assert Adapting(lambda: {"hcl": "named"}, print).of(opened("/x/a.tf")) == "named"
    assert Adapting(lambda: {"hcl": "none"}, print).of(opened("/x/a.tf")) is None


@pytest.mark.parametrize("own", [True, False])
def test_a_workspace_may_name_an_adapter_and_no_path(own: bool) -> None:
    settings, complaints = overlay(Settings(), {"adapters": {"hcl": "platform"}}, own=own)
    assert (settings.adapters, complaints) == ({"hcl": "platform"}, ())
    for path in ("../evil", "/evil", "a/b", "C:\\evil"):
        settings, complaints = overlay(Settings(), {"adapters": {"hcl": path}}, own=own)
        assert settings.adapters == {}
        assert len(complaints) == 1


async def test_an_adapter_that_is_not_there_is_told_once_and_the_model_goes_on() -> None:
    told: list[str] = []
    adapting, model = Adapting(lambda: {"hcl": "gone"}, told.append), ScriptedModel({})
    name = adapting.of(opened("/x/a.tf"))
    for _ in range(3):
        assert adapting.under(model, name) is model
    await asyncio.sleep(0)
    assert len(told) == 1
    assert "takes no adapters" in told[0]
