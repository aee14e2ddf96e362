"""The core runs where no native code of ours is: without torch, the protocol, the mask engine and parsers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import lsp_server
from tests.conftest import ROOT

ROOMS = ("retrieval", "repair", "names", "constraint", "syntax", "inspection", "lalr", "languages", "text")
ABSENT = ("torch", "transformers", "tokenizers", "llguidance", "pygls", "lsprotocol", "tree_sitter")

BEGINNING = f"""
import importlib, sys
for name in {ABSENT}:
    sys.modules[name] = None
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING + code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules() -> list[str]:
    root = Path(lsp_server.__file__).parent
    paths = (path for room in ROOMS for path in (root / room).rglob("*.py"))
    names = (".".join(path.relative_to(root.parent).with_suffix("").parts) for path in paths)
    return sorted(name.removesuffix(".__init__") for name in names if ".sitter" not in name)


def test_each_module_of_the_core_can_be_imported() -> None:
    assert run(f"for name in {modules()}: importlib.import_module(name)\nprint('all')") == "all\n"


def test_a_text_has_a_tree_what_fits_a_hole_and_a_suggestion() -> None:
    told = run(
        """
from pathlib import Path
from lsp_server.constraint import Prefix, load_grammar
from lsp_server.features.completion import CompletionRequest, complete, hole_at
from lsp_server.features.explaining import expected_at
from lsp_server.features.lists.gathering import listing
from lsp_server.languages import load_bundle
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse

language = load_bundle(Path("tests/languages/rules"))
before, after = "let slow = [800ms, ", "]\\nlet busy = 80%\\n"
text, offset = before + after, len(before)
landmarks = Landmarks(parse(language, text))
print(len(landmarks.current.problems))
print(", ".join(expected_at(Prefix(load_grammar(language), text), landmarks, offset).names))
print(hole_at(language, landmarks, text, offset).startswith("%llguidance"))
print(bool(listing(Prefix(load_grammar(language), text), landmarks, offset).entries))
request = CompletionRequest(text, offset, language, landmarks)
done = complete(request, ScriptedModel([before + "900ms] ]"]), lambda: False)
print([item.text for item in done.items], done.statistics["masked"])
"""
    )
    assert told.splitlines() == [
        "1",
        "`{`, `(`, `[`, `-`, a duration, a number, a name, a string",
        "True",
        "True",
        "['900ms'] 0",
    ]
