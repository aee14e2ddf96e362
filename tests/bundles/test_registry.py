"""Which language a file is in, and what becomes of bundles that cannot be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lsp_server.errors import ManifestError, UnknownLanguageError
from lsp_server.languages import Bundles, Language, bundled_directory, load_bundle, load_registry, reread
from lsp_server.languages.registry import Registry
from tests.conftest import MANIFEST, MakeBundle


@pytest.fixture
def registry(make_bundle: MakeBundle, tmp_path: Path) -> Registry:
    def language(id_: str, extensions: str, filenames: str = "[]") -> Language:
        text = MANIFEST.replace("calc", id_, 1).replace('[".calc"]', extensions)
        return load_bundle(make_bundle(f"filenames = {filenames}\n{text}"))

    return Registry(
        (
            language("short", '[".x"]'),
            language("long", '[".a.x"]'),
            language("whole", "[]", '["Makefile"]'),
            language("other", '[".Y"]'),
            language("again", '[".y"]'),
        )
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("f.x", "short"),
        ("f.a.x", "long"),
        ("F.A.X", "long"),
        ("makefile", "whole"),
        ("f.y", "again"),
        (".x", "short"),
    ],
)
def test_a_file_belongs_to_the_longest_claim(registry: Registry, name: str, expected: str) -> None:
    assert registry.for_path(Path("folder.x") / name).id == expected


def test_a_file_that_no_bundle_claims_is_one_line(registry: Registry) -> None:
    with pytest.raises(
        UnknownLanguageError, match=r"^f\.z: no language for this file \(known extensions: \.x "
    ):
        registry.for_path(Path("f.z"))


def test_an_unknown_id_names_the_nearest(registry: Registry) -> None:
    with pytest.raises(UnknownLanguageError, match=r"^unknown language 'shrt' \(did you mean 'short'\?\)$"):
        registry.by_id("shrt")


def test_a_language_answers_to_what_others_call_it() -> None:
    registry = load_registry()
    assert registry.by_id("terraform") is registry.by_id("hcl")
    assert registry.by_id("sql") is registry.by_id("postgres")


def test_an_id_goes_before_what_others_call_a_language(make_bundle: MakeBundle) -> None:
    folder = make_bundle('id = "terraform"\nname = "T"\nextensions = [".t"]\n')
    assert load_registry([folder]).by_id("terraform").directory == folder


def test_an_unknown_id_with_none_near_names_all(registry: Registry) -> None:
    with pytest.raises(UnknownLanguageError, match=r"\(known are: short, long, whole, other, again\)$"):
        registry.by_id("?")


def test_a_broken_bundle_is_a_problem_and_stops_no_other(make_bundle: MakeBundle) -> None:
    broken = make_bundle("id = 1")
    registry = load_registry([broken])
    assert [known.id for known in registry.languages] == [known.id for known in load_registry().languages]
    assert isinstance(registry.problems[-1], ManifestError)


def test_a_folder_with_a_grammar_and_no_manifest_is_a_problem(make_bundle: MakeBundle) -> None:
    folder = make_bundle(None).parent
    problem = load_registry([folder]).problems[-1]
    assert str(problem) == f"{folder / 'calc' / 'language.toml'}: no such file (check the path)"


def test_a_bundle_and_a_folder_of_bundles_are_both_found(make_bundle: MakeBundle) -> None:
    folder = make_bundle()
    for place in (folder, folder.parent):
        assert load_registry([place]).by_id("calc").directory == folder


def test_the_users_bundle_replaces_the_one_with_its_id(make_bundle: MakeBundle, language: Language) -> None:
    folder = make_bundle(MANIFEST.replace("calc", language.id, 1))
    registry = load_registry([folder])
    assert registry.by_id(language.id).directory == folder
    assert len(registry.languages) == len(load_registry().languages)


def test_the_users_bundle_wins_an_extension(make_bundle: MakeBundle, language: Language) -> None:
    folder = make_bundle(MANIFEST.replace(".calc", language.extensions[0]))
    assert load_registry([folder]).for_path(Path("f" + language.extensions[0])).id == "calc"


def test_a_named_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    problem = load_registry([tmp_path / "none"]).problems[-1]
    assert str(problem).endswith(
        "none: cannot be listed: No such file or directory (name a folder of bundles)"
    )


def test_a_named_folder_without_a_bundle_is_a_problem(tmp_path: Path) -> None:
    problem = load_registry([tmp_path]).problems[-1]
    assert str(problem) == f"{tmp_path}: holds no bundle (a bundle is a folder with language.toml)"


def test_the_bundles_beside_the_code_have_no_problem(language: Language) -> None:
    assert load_registry().problems == ()
    assert language.directory == bundled_directory() / language.id


def test_only_what_has_changed_is_read_again(make_bundle: MakeBundle) -> None:
    first = make_bundle()
    second = first.with_name("other")
    shutil.copytree(first, second)
    (second / "language.toml").write_text(MANIFEST.replace("calc", "other", 1), encoding="utf-8")
    before = reread(Bundles((first, second)))
    assert reread(before) is before
    (first / "grammar.lark").write_text('start: "b"\n', encoding="utf-8")
    after = reread(before)
    assert after.read[second] is before.read[second]
    assert after.read[first] is not before.read[first]
    assert after.read[first].grammar == 'start: "b"\n'
    assert [language.id for language in after.registry.languages] == ["calc", "other"]


def test_a_bundle_that_has_become_wrong_stays_as_it_was(make_bundle: MakeBundle) -> None:
    bundle = make_bundle()
    before = reread(Bundles((bundle,)))
    (bundle / "language.toml").write_text("id = 1\n", encoding="utf-8")
    wrong = reread(before)
    assert wrong.registry.languages == before.registry.languages
    assert [problem.path for problem in wrong.registry.problems] == [bundle / "language.toml"]
    (bundle / "language.toml").write_text(MANIFEST + "\n", encoding="utf-8")
    right = reread(wrong)
    assert right.registry.problems == ()
    assert right.read[bundle] is not before.read[bundle]


def test_a_bundle_that_cannot_be_used_is_not_taken(make_bundle: MakeBundle) -> None:
    bundle = make_bundle()

    def refuse(language: Language) -> None:
        raise ManifestError("no", path=language.directory)

    found = reread(Bundles((bundle,)), refuse)
    assert (found.registry.languages, len(found.wrong)) == ((), 1)


def test_a_bundle_that_is_gone_is_no_language(make_bundle: MakeBundle) -> None:
    bundle = make_bundle()
    before = reread(Bundles((bundle.parent,)))
    for file in bundle.iterdir():
        if file.is_file():
            file.unlink()
    assert bundle not in reread(before).read
