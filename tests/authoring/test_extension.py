"""The VS Code extension of a language, read back from its package."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest

from lsp_server.authoring.extension import OURS, extension_files, packaged
from lsp_server.editors.textmate import Enclosed, TerminalPattern, grammar
from lsp_server.languages import Language, load_bundle
from tests.conftest import ROOT
from tests.textmate import Reader

VSIX = "{http://schemas.microsoft.com/developer/vsx-schema/2011}"


@pytest.fixture(scope="module")
def rules() -> Language:
    return load_bundle(ROOT / "tests" / "languages" / "rules")


@pytest.fixture(scope="module")
def archive(rules: Language) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(packaged(rules, extension_files(rules))))


def test_it_is_a_sound_archive_and_the_same_each_time(rules: Language, archive: zipfile.ZipFile) -> None:
    assert archive.testzip() is None
    assert packaged(rules, extension_files(rules)) == packaged(rules, extension_files(rules))


def test_its_manifest_names_files_that_it_holds(archive: zipfile.ZipFile) -> None:
    manifest = json.loads(archive.read("extension/package.json"))
    contributed = manifest["contributes"]
    named = [manifest["main"]]
    for language in contributed["languages"]:
        named += [language["configuration"], *language["icon"].values()]
    named += [grammar["path"] for grammar in contributed["grammars"]]
    assert len(named) >= 5
    members = set(archive.namelist())
    assert {f"extension/{name.removeprefix('./')}" for name in named} <= members
    assert contributed["languages"][0]["extensions"] == [".rules"]


def test_in_its_language_enter_ends_a_line_as_in_ours(archive: zipfile.ZipFile) -> None:
    ours = json.loads((ROOT / "vscode-client" / "package.json").read_text("utf-8"))
    manifest = json.loads(archive.read("extension/package.json"))
    expected = ours["contributes"]["configurationDefaults"]["[graphql]"]
    assert manifest["contributes"]["configurationDefaults"] == {"[rules]": expected}


def test_it_depends_on_our_extension_as_that_is_called(archive: zipfile.ZipFile) -> None:
    ours = json.loads((ROOT / "vscode-client" / "package.json").read_text("utf-8"))
    assert f"{ours['publisher']}.{ours['name']}" == OURS
    manifest = json.loads(archive.read("extension/package.json"))
    assert manifest["extensionDependencies"] == [OURS]
    assert manifest["engines"] == ours["engines"]


def test_its_package_says_of_it_what_its_manifest_says(archive: zipfile.ZipFile) -> None:
    manifest = json.loads(archive.read("extension/package.json"))
    root = ElementTree.fromstring(archive.read("extension.vsixmanifest"))  # noqa: S314 - our own
    identity = root.find(f"{VSIX}Metadata/{VSIX}Identity")
    assert identity is not None
    assert (identity.get("Id"), identity.get("Publisher"), identity.get("Version")) == (
        manifest["name"],
        manifest["publisher"],
        manifest["version"],
    )
    paths = [asset.get("Path") for asset in root.iter(f"{VSIX}Asset")]
    assert set(paths) <= set(archive.namelist())
    assert "extension/package.json" in paths
    properties = {p.get("Id"): p.get("Value") for p in root.iter(f"{VSIX}Property")}
    assert properties["Microsoft.VisualStudio.Code.ExtensionDependencies"] == OURS


def test_each_kind_of_file_has_a_content_type(archive: zipfile.ZipFile) -> None:
    types = ElementTree.fromstring(archive.read("[Content_Types].xml"))  # noqa: S314 - our own
    known = {kind.get("Extension") for kind in types}
    members = [name for name in archive.namelist() if name != "[Content_Types].xml"]
    assert {f".{name.rpartition('.')[2]}" for name in members} == known


def test_a_name_with_signs_of_xml_is_written_so_that_it_can_be_read(rules: Language) -> None:
    from dataclasses import replace

    odd = replace(rules, name='<A> & "B"')
    archive = zipfile.ZipFile(io.BytesIO(packaged(odd, extension_files(odd))))
    root = ElementTree.fromstring(archive.read("extension.vsixmanifest"))  # noqa: S314 - our own
    assert root.findtext(f"{VSIX}Metadata/{VSIX}DisplayName") == '<A> & "B"'


def test_highlighting_knows_comments_strings_numbers_and_words(archive: zipfile.ZipFile) -> None:
    grammar = json.loads(archive.read("extension/languages/rules.tmLanguage.json"))
    kinds = {pattern["name"] for pattern in grammar["patterns"]}
    assert kinds >= {
        "comment.line.rules",
        "string.quoted.rules",
        "constant.numeric.rules",
        "keyword.other.rules",
    }
    words = next(
        pattern["match"] for pattern in grammar["patterns"] if pattern["name"] == "keyword.other.rules"
    )
    assert re.search(words, "workflow x")


def test_what_a_bracket_encloses_is_no_string_where_it_may_be_code(rules: Language) -> None:
    """An editor indents no line behind a bracket in a string."""
    brace, closed, quote = (TerminalPattern(sign, re.escape(sign), sign, fold=False) for sign in "{}'")
    inside = TerminalPattern("INSIDE", "(?:[^}'])+", None, fold=False)
    enclosed = [
        Enclosed(start, end, (inside,), (), certain=False) for start, end in ((brace, closed), (quote, quote))
    ]
    colours = grammar(rules, [brace, closed, quote, inside], enclosed, "source.rules")
    assert _strings(colours, "group a {}") == ""
    assert _strings(colours, "group a { 'b c' }") == "'b c'"
    assert _strings(colours, f"'{'b ' * 60}") == "", "an end that lacks is not looked for in all ways"


def _strings(colours: dict[str, Any], text: str) -> str:
    """The characters of a text that are coloured as strings."""
    scopes = Reader(colours).read(text)
    return "".join(
        letter for letter, names in zip(text, scopes, strict=True) if any("string" in one for one in names)
    )
