"""`holegram editor`: lines to copy, from the bundles that are known."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Holegram, assert_one_line
from tests.conftest import BUNDLED, MANIFEST, MakeBundle
from tests.readme import SNIPPETS

ODD = MANIFEST.replace('[".calc"]', '[".calc", ".old.calc"]\nfilenames = ["Calc[1]file"]')


def test_an_editor_that_is_not_known_is_refused_with_those_that_are(holegram: Holegram) -> None:
    assert_one_line(
        holegram("editor", "ed"), "no lines for the editor 'ed' (known are: emacs, helix, neovim)"
    )


@pytest.mark.parametrize("editor", SNIPPETS)
def test_the_lines_for_all_bundled_languages_are_a_dozen_at_most(holegram: Holegram, editor: str) -> None:
    result = holegram("editor", editor.upper())
    assert result.code == 0
    assert len(result.out.splitlines()) <= 12
    assert all(extension in result.out for extension in ("graphql", "tf", "lark", "sql", "rq"))


@pytest.mark.parametrize("editor", SNIPPETS)
def test_lines_for_one_language_leave_the_others_alone(holegram: Holegram, editor: str) -> None:
    printed = holegram("editor", editor, "--language", "hcl").out
    assert "terraform" in printed
    assert "gql" not in printed
    assert_one_line(holegram("editor", editor, "--language", "hlc"), "did you mean 'hcl'?")


@pytest.mark.parametrize("editor", SNIPPETS)
def test_the_bundles_of_ones_own_are_named_to_the_server_too(
    holegram: Holegram, make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch, editor: str
) -> None:
    folder = make_bundle().parent
    monkeypatch.chdir(folder.parent)
    printed = holegram("--bundles", folder.name, "editor", editor).out
    assert all(name in printed for name in ("calc", "--bundles", f'"{folder}"'))


def test_helix_gets_extensions_with_one_dot_and_patterns_of_all_other_names(
    holegram: Holegram, make_bundle: MakeBundle
) -> None:
    folder = make_bundle(ODD)
    table = tomllib.loads(holegram("--bundles", folder, "editor", "helix").out)
    assert [language["name"] for language in table["language"]] == [*_helix_names(), "calc"]
    assert table["language"][-1]["file-types"] == ["calc", {"glob": "*.old.calc"}, {"glob": "Calc[[]1]file"}]
    server = table["language-server"]["holegram"]
    assert [server["command"], *server["args"]] == ["holegram", "--bundles", str(folder), "serve"]


def test_signs_that_mean_something_in_a_pattern_are_taken_as_they_are(
    holegram: Holegram, make_bundle: MakeBundle
) -> None:
    folder = make_bundle(ODD)
    neovim = holegram("--bundles", folder, "editor", "neovim", "--language", "calc").out
    assert r'{ "*.calc", "*.old.calc", "Calc\\[1\\]file" }' in neovim
    emacs = holegram("--bundles", folder, "editor", "emacs", "--language", "calc").out
    assert r'"\\(?:\\.calc\\|\\.old\\.calc\\|/Calc\\[1]file\\)\\' "'\"" in emacs


def _helix_names() -> list[str]:
    return ["sql" if name == "postgres" else name for name in BUNDLED]


def test_a_path_with_odd_signs_is_quoted(holegram: Holegram, make_bundle: MakeBundle, tmp_path: Path) -> None:
    odd = tmp_path / 'a "b" \\ü'
    make_bundle().parent.rename(odd)
    printed = holegram("--bundles", odd, "editor", "helix", "--language", "calc").out
    assert tomllib.loads(printed)["language-server"]["holegram"]["args"] == ["--bundles", str(odd), "serve"]
