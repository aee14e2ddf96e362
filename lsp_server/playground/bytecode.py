"""Compiles Python's files for the version of Python that a page runs in, which is that of Pyodide.

A page that has to compile them at each start needs 1.5 times the computing until a grammar is ready. Pyodide
compiles them in Node.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lsp_server.errors import UsageError
from lsp_server.opening import read_bytes
from lsp_server.playground.own_languages import packed

_PROGRAM = """
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "./pyodide.mjs";

const python = await loadPyodide({ env: { HOME: "/home", PYTHONHASHSEED: "0" } });
python.FS.writeFile("/given.zip", readFileSync("given.zip"));
python.runPython(readFileSync("compile.py", "utf-8"));
writeFileSync("made.zip", python.FS.readFile("/made.zip"));
"""

_COMPILE = """
import pathlib, py_compile, zipfile

unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
zipfile.ZipFile("/given.zip").extractall("/given")
with zipfile.ZipFile("/made.zip", "w") as made:
    for path in sorted(pathlib.Path("/given").rglob("*.py")):
        name = str(path.relative_to("/given"))
        py_compile.compile(str(path), f"{path}c", f"/{name}", doraise=True, invalidation_mode=unchecked)
        made.write(f"{path}c", f"{name}c")
"""

_LARGEST = 64_000_000
"""Bytes of all that is compiled, at most."""


def compiled(files: Mapping[str, bytes], runtime: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files of a page, those of Python as bytecode; all as they are where there is no Node.

    Args:
        files: by where they will be in the page.
        runtime: the files of Pyodide, which are run.

    Raises:
        UsageError: Pyodide does not run in this Node.

    """
    node = shutil.which("node")
    if node is None:
        return dict(files)
    with tempfile.TemporaryDirectory(prefix="holegram-") as scratch:
        folder = Path(scratch)
        for name, content in runtime.items():
            (folder / name).write_bytes(content)
        (folder / "given.zip").write_bytes(packed(one for one in files.items() if _is_source(one[0])))
        (folder / "compile.py").write_text(_COMPILE, encoding="utf-8")
        (folder / "program.mjs").write_text(_PROGRAM, encoding="utf-8")
        command = [node, "program.mjs"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it ended"]
            raise UsageError(
                f"Pyodide does not run in Node: {lines[-1][:300]}", remedy="install a newer Node.js"
            )
        with zipfile.ZipFile(io.BytesIO(read_bytes(folder / "made.zip", largest=_LARGEST))) as made:
            bytecode = {name: made.read(name) for name in made.namelist()}
    return {name: content for name, content in files.items() if not _is_source(name)} | bytecode


def _is_source(name: str) -> bool:
    return name.endswith(".py")
