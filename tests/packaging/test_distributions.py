"""What a user downloads: all that the product needs, nothing else, and not too much of it."""

from __future__ import annotations

import ast
import filecmp
import re
import subprocess
import sys
import tarfile
from email import message_from_bytes
from email.message import Message
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from readme_renderer import markdown

from lsp_server.languages import Language, load_bundle
from lsp_server.languages.cases import read_cases
from tests.conftest import ROOT
from tests.packaging.conftest import Distributions
from tests.packaging.install import build

MOST_OF_WEIGHTS = 25_000_000
MOST_OF_THE_REST = 1_000_000
"""Bytes of a wheel, compressed."""

CASES_OF_THE_PRODUCT = ("agreement", "syntax")
"""Those that a command reads; the others are for the tests."""


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def wanted() -> set[str]:
    """What a wheel has to hold of this checkout."""
    code = {path for path in files(ROOT / "lsp_server") if path.endswith((".py", ".c", ".json"))}
    code -= {path for path in code if path.startswith("playground/web/")}
    page = {
        f"playground/{folder}/{path}"
        for folder in ("static", "gallery")
        for path in files(ROOT / "lsp_server" / "playground" / folder)
    }
    weights = {f"models/weights/{path}" for path in files(ROOT / "lsp_server" / "models" / "weights")}
    bundles = {
        f"grammars/{path}"
        for path in files(ROOT / "grammars")
        if "/" in path and ("/corpus/" not in path or path.split("/")[2] in CASES_OF_THE_PRODUCT)
    }
    return {f"lsp_server/{path}" for path in code | page | weights | bundles}


@pytest.fixture(scope="module")
def metadata(unpacked: Path) -> Message:
    [path] = unpacked.glob("holegram-*.dist-info/METADATA")
    return message_from_bytes(path.read_bytes())


def test_a_wheel_holds_what_the_product_needs_and_nothing_else(unpacked: Path) -> None:
    held = {path for path in files(unpacked) if ".dist-info/" not in path}
    assert held == wanted()
    assert "lsp_server/models/weights/model.safetensors" in held
    for path in held:
        source = ROOT / path if not path.startswith("lsp_server/grammars/") else ROOT / path.partition("/")[2]
        assert filecmp.cmp(unpacked / path, source, shallow=False), path


def test_a_bundle_of_a_wheel_is_the_language_of_the_checkout(unpacked: Path, language: Language) -> None:
    parsers = [language.parser.module or ""]
    bundle = load_bundle(unpacked / "lsp_server" / "grammars" / language.id, parsers)
    assert (bundle.grammar, bundle.queries, bundle.docs) == (
        language.grammar,
        language.queries,
        language.docs,
    )
    assert (bundle.builtins, bundle.snippets) == (language.builtins, language.snippets)
    assert all((bundle.queries, bundle.docs, bundle.builtins, bundle.snippets))
    for kind in CASES_OF_THE_PRODUCT:
        found = [case.title for case in read_cases(bundle.directory, kind)]
        assert found == [case.title for case in read_cases(language.directory, kind)]
    assert files(bundle.directory / "examples") == files(language.directory / "examples") != set()


def test_a_wheel_is_mostly_weights_and_not_too_large(distributions: Distributions, unpacked: Path) -> None:
    weights = sum(path.stat().st_size for path in (unpacked / "lsp_server/models/weights").iterdir())
    assert weights < MOST_OF_WEIGHTS
    for path in (distributions.wheel, distributions.sdist):
        assert path.stat().st_size < weights + MOST_OF_THE_REST
    rest = sum((unpacked / path).stat().st_size for path in wanted() if "/weights/" not in path)
    assert rest < 4 * MOST_OF_THE_REST  # of which 0.5 MB are the playground's page


def test_the_sdist_builds_the_wheel_that_the_checkout_builds(
    distributions: Distributions, tmp_path: Path
) -> None:
    [wheel] = build(ROOT, tmp_path, "--wheel")
    assert wheel.name == distributions.wheel.name
    assert wheel.read_bytes() == distributions.wheel.read_bytes()


def test_an_sdist_holds_what_the_wheel_is_made_of_and_nothing_else(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tops = {path.partition("/")[0] for path in held}
    beside = {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "PKG-INFO", ".gitignore"}
    assert tops == {"lsp_server", "grammars"} | beside
    assert not [
        path for path in held if re.search(r"(^|/)(\.[^/]*_cache|__pycache__|tests?)/|\.py[co]$", path)
    ]


def test_twine_has_nothing_to_say(distributions: Distributions) -> None:
    words = ["twine", "check", "--strict", str(distributions.sdist), str(distributions.wheel)]
    result = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_readme_is_readable_where_nothing_is_beside_it(metadata: Message) -> None:
    assert metadata["Description-Content-Type"] == "text/markdown"
    html = markdown.render(str(metadata.get_payload()), stream=None)
    assert html is not None
    assert [
        link for link in re.findall(r'(?:href|src)="([^"]*)"', html) if not re.match("https?:|#", link)
    ] == []
    text = (ROOT / "README.md").read_text("utf-8")
    assert html.count("<table>") == len(re.findall(r"^\| --- ", text, re.MULTILINE)) > 1
    assert html.count("<pre") == len(re.findall(r"^```\w", text, re.MULTILINE)) > 3
    assert "<img" not in html
    assert "grammars/README.md says how" in html


IN_A_PAGE = {"holegram_page", "pyodide"}
"""What Python finds in the page of an export, and nowhere else."""

FOR_US = ("test", "bench")
"""The extras of those who develop the package. What an extra for users brings may be imported too."""


def test_every_import_is_of_a_declared_dependency_and_the_other_way_round(
    metadata: Message, unpacked: Path
) -> None:
    requirements = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    ours = (
        one for one in requirements if one.marker is None or not set(FOR_US) & {*str(one.marker).split('"')}
    )
    declared = {canonicalize_name(one.name) for one in ours}
    package = unpacked / "lsp_server"
    imported = {name for path in package.rglob("*.py") for name in imports(path)} - IN_A_PAGE
    bundles = (load_bundle(path.parent) for path in package.glob("grammars/*/language.toml"))
    imported |= {bundle.parser.refused for bundle in bundles if bundle.parser.refused is not None}
    modules = packages_distributions()
    used = {canonicalize_name(modules.get(name, [f"module {name}"])[0]) for name in imported}
    assert used - declared == set()
    assert declared - used == set()


def imports(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it, those of Python and its own left out."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module.partition(".")[0])
    return names - {"lsp_server"} - set(sys.stdlib_module_names)
