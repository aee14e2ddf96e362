"""The page as a folder of files, for any web server that can show files: the language server is in the page.

It runs there in Pyodide, which is not part of Holegram. Who exports has fetched it: nothing is fetched here.
Where Node is, Python's files are compiled.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import lsp_server
from lsp_server import __version__
from lsp_server.errors import UsageError
from lsp_server.lalr.kept import read_analysis, ready_analysis, ready_name
from lsp_server.lalr.loading import load_grammar
from lsp_server.languages import bundled_directory, load_bundle
from lsp_server.models.loading import BUNDLED as WEIGHTS
from lsp_server.opening import files_below, read_bytes
from lsp_server.playground.bytecode import compiled
from lsp_server.playground.own_languages import packed
from lsp_server.playground.site import POLICY, built

RUNTIME = "314.0.7"
"""The version of Pyodide, a package of npm, whose Python the page runs in."""

RUNTIME_FILES = {
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
}
"""Its files, each with its SHA-256: an export runs them."""

_LIBRARY = "python_stdlib.zip"

_PACKAGES = (
    "annotated-types",
    "attrs",
    "cattrs",
    "lark",
    "lsprotocol",
    "packaging",
    "platformdirs",
    "pydantic",
    "pygls",
    "typing-extensions",
    "typing-inspection",
)
"""What the server needs of others in plain Python, as it is installed."""

_CORE = "pydantic_core"
"""What it needs that is none: there is a build of it for Pyodide."""

_PLATFORM = "pyemscripten_2026_0_wasm32"

_LEFT_OUT = (
    "cli",
    "grammars",
    "health",
    "importing",
    "lab",
    "mcp",
    "training",
    "playground/static",
    "playground/web",
)
"""Parts of the package that the page does without; the bundles have a place of their own."""

_KINDS = (".py", ".lark", ".txt", ".toml", ".scm", ".md", ".json", ".svg")
_LARGEST = 64_000_000

_AT, _LIBRARY_AT = "holegram/", "lib/python314.zip/"
"""Where files lie in the page."""

ALONE = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'").replace(
    "; frame-ancestors 'none'", "; worker-src blob:"
)
"""What the page may do where no server tells a browser so: the same, and WebAssembly in a worker."""


def write_site(folder: Path, runtime: Path) -> int:
    """Write the page to a folder, with the runtime that lies in another one; how many bytes it has.

    Raises:
        UsageError: the folder is not empty or cannot be written, or something of the runtime is not there.

    """
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", remedy="give a folder that is not there yet")
    pyodide, core = _pyodide_in(runtime), _core_in(runtime)
    python = {f"{_AT}{name}": content for name, content in _of_python(core)}
    with zipfile.ZipFile(io.BytesIO(pyodide[_LIBRARY])) as library:
        python |= {f"{_LIBRARY_AT}{name}": library.read(name) for name in library.namelist()}
    python = compiled(python, pyodide)
    pyodide[_LIBRARY] = packed(_below(_LIBRARY_AT, python))
    files = {f"pyodide/{name}": content for name, content in pyodide.items()} | built()
    files["index.html"] = _alone(files["index.html"].decode()).encode()
    files["model.safetensors"] = read_bytes(WEIGHTS / "model.safetensors", largest=_LARGEST)
    files["holegram.zip"] = packed(_below(_AT, python))
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{folder} cannot be written: {reason}", remedy="give another folder") from None
    return sum(map(len, files.values()))


def _below(folder: str, files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    return (
        (name.removeprefix(folder), content) for name, content in files.items() if name.startswith(folder)
    )


def _alone(page: str) -> str:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{ALONE}" />'
    return page.replace("<html ", "<html data-alone ", 1).replace(
        '<meta charset="utf-8" />', f'<meta charset="utf-8" />\n    {policy}', 1
    )


def _remedy(runtime: Path) -> str:
    return (
        f"npm install --prefix {runtime} pyodide@{RUNTIME} && pip download --no-deps --only-binary=:all: "
        f"--python-version 3.14 --platform {_PLATFORM} -d {runtime} {_CORE}=={_version_of(_CORE)}"
    )


def _pyodide_in(runtime: Path) -> dict[str, bytes]:
    for place in (runtime / "node_modules" / "pyodide", runtime):
        if all((place / name).is_file() for name in RUNTIME_FILES):
            version = json.loads(read_bytes(place / "package.json")).get("version")
            if version != RUNTIME:
                raise UsageError(f"{place} has Pyodide {version}, not {RUNTIME}", remedy=_remedy(runtime))
            files = {name: read_bytes(place / name, largest=_LARGEST) for name in RUNTIME_FILES}
            for name, content in files.items():
                if sha256(content).hexdigest() != RUNTIME_FILES[name]:
                    raise UsageError(f"{name} in {place} is not that of Pyodide", remedy=_remedy(runtime))
            return files
    raise UsageError(f"there is no Pyodide in {runtime}", remedy=_remedy(runtime))


def _core_in(runtime: Path) -> Path:
    version = _version_of(_CORE)
    pattern = f"{_CORE}-{version}-cp314-cp314-{_PLATFORM}.whl"
    found = [path for path in (runtime / pattern, runtime / "wheels" / pattern) if path.is_file()]
    if not found:
        raise UsageError(f"there is no {_CORE} {version} for Pyodide in {runtime}", remedy=_remedy(runtime))
    return found[0]


def _version_of(package: str) -> str:
    return _installed(package).version


def _installed(package: str) -> Distribution:
    try:
        return distribution(package)
    except PackageNotFoundError:
        raise UsageError(f"{package} is not installed", remedy="install holegram again") from None


def _of_python(core: Path) -> Iterator[tuple[str, bytes]]:
    """All that Python needs there: our files, the grammars analysed, numpy's stand-in, other packages."""
    root = Path(lsp_server.__file__).parent
    left_out = tuple(root / name for name in _LEFT_OUT)
    for path in files_below(root):
        if path.suffix in _KINDS and not any(path.is_relative_to(one) for one in left_out):
            yield f"lsp_server/{path.relative_to(root).as_posix()}", read_bytes(path)
    grammars = bundled_directory()
    for path in files_below(grammars):
        name = path.relative_to(grammars)
        if "corpus" not in name.parts:
            yield f"lsp_server/grammars/{name.as_posix()}", read_bytes(path)
    for manifest in sorted(grammars.glob("*/language.toml")):
        language = load_bundle(manifest.parent)
        for dialect in language.dialects:
            load_grammar(dialect)
            if (analysis := read_analysis(dialect)) is not None:
                folder = f"lsp_server/grammars/{dialect.id}"
                yield f"{folder}/{ready_name(dialect)}", ready_analysis(dialect, analysis)
    yield "numpy/__init__.py", read_bytes(Path(__file__).parent / "vectors.py")
    yield "numpy/typing.py", b"from numpy import ndarray as NDArray\n"
    yield "holegram-0.dist-info/METADATA", f"Name: holegram\nVersion: {__version__}\n".encode()
    for package in _PACKAGES:
        for file in _installed(package).files or ():
            if file.suffix in (".py", ".lark") or file.name == "METADATA":
                yield file.as_posix(), read_bytes(Path(str(file.locate())))
    with zipfile.ZipFile(core) as wheel:
        for inside in wheel.namelist():
            if re.search(r"\.(py|so)$|METADATA$", inside):
                yield inside, wheel.read(inside)
