"""`holegram adapters` and `holegram tune`, as a shell runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line, holegram
from tests.models.test_adapters import put

__all__ = ["holegram"]


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data directory, with one adapter."""
    place = tmp_path / "adapters"
    monkeypatch.setattr("lsp_server.models.adapters.adapters_directory", lambda: place)
    monkeypatch.setattr("lsp_server.training.tuning.run_directory", lambda: tmp_path / "runs")
    put("mine", place)
    return place


def test_an_adapter_is_listed_shown_used_copied_and_removed(holegram: Holegram, tmp_path: Path) -> None:
    assert "mine" in holegram("adapters", "list").out
    assert "graphql" in holegram("adapters", "show", "mine").out
    assert holegram("adapters", "use", "mine").out == "graphql: mine\n"
    assert (
        holegram("adapters", "use", "mine", "--folder", str(tmp_path)).out == f"{tmp_path.resolve()}: mine\n"
    )
    assert "graphql" in holegram("adapters", "list").out
    holegram("adapters", "export", "mine", str(tmp_path / "copy"))
    holegram("adapters", "import", str(tmp_path / "copy"))
    assert holegram("adapters", "remove", "mine").out == "removed mine\n"
    assert "copy" in holegram("adapters", "list").out
    assert "mine" not in holegram("adapters", "list").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("adapters show ../mine", "is not a name of an adapter"),
        ("adapters show other", "no adapter 'other' is installed (installed: mine)"),
        ("adapters use none", "give --language ID or --folder DIR"),
        ("adapters import /", "is not a name of an adapter"),
        ("adapters import / --name a", "no adapter can be read"),
        ("tune --language hcl --data /nowhere --name a", "no such directory"),
        ("tune --language hcl --data . --name ../x", "is not a name of an adapter"),
        ("tune --language hcl --data . --minutes 1 --steps 1", "exclude each other"),
        ("bench remote --model vllm:http://127.0.0.1:9#a --users many", "write --users 1,10,100"),
        ("bench remote --model vllm:http://127.0.0.1:9#a --users 1", "see whether the server runs"),
    ],
)
def test_what_is_wrong_is_one_line(holegram: Holegram, arguments: str, message: str) -> None:
    assert_one_line(holegram(*arguments.split()), message)
