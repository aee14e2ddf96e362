"""`holegram retrieve`: what is looked up for a cursor, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")


def test_it_shows_what_is_about_the_same_and_for_which_words(holegram: Holegram, tmp_path: Path) -> None:
    project, examples = tmp_path / "project", tmp_path / "examples"
    for folder in (project, examples):
        folder.mkdir()
    (project / "a.tf").write_text("# Queue of thumbnails\n\n")
    (project / "b.tf").write_text('resource "aws_sqs_queue" "mails" {\n}\n')
    (examples / "guide.md").write_text("# Thumbnails\n\nAre made by a queue.\n\n```hcl\nthumbs = 1\n```\n")
    (examples / "picture.md").write_bytes(b"\x89PNG\xff")
    place = f"{project / 'a.tf'}:2:1"
    result = holegram("retrieve", place, "--project", project, "--examples", examples, "--json")
    assert result.json["wish"] == "Queue of thumbnails"
    first, *others = result.json["passages"]
    assert first["name"] == str(examples / "guide.md")
    assert (first["code"], first["origin"]) == ("thumbs = 1", "folder")
    assert {"queu", "thumbnail"} == {*first["words"]}
    assert str(project / "b.tf") in [one["name"] for one in others]
    assert str(project / "a.tf") not in [one["name"] for one in others]
    text = holegram("retrieve", place, "--examples", examples).out
    assert f"1. {examples / 'guide.md'}:1 (folder), for: " in text


def test_a_folder_that_is_none_is_one_line(holegram: Holegram, tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text("a = 1\n")
    result = holegram("retrieve", f"{tmp_path / 'a.tf'}:1:1", "--examples", tmp_path / "none")
    assert_one_line(result, "no such directory")
