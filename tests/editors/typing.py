"""What people type in editors, as in `vscode-client/e2e/edits.json`, and what comes of it.

What should come of it is what the same editor makes of the same keys where no server is started.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lsp_server.languages.cases import CURSOR
from tests.conftest import ROOT

PAUSE = 0.1
"""Seconds from key to key."""

_ENDING = ".rules"
"""How files of the language end that does not come with the server."""

_EVERY = 4 if os.environ.get("HOLEGRAM_FULL") else 8


@dataclass(frozen=True)
class Edit:
    """What is typed at the mark of a text, in a file of a name."""

    file: str
    text: str
    keys: str


def _read() -> tuple[Edit, ...]:
    told = json.loads((ROOT / "vscode-client" / "e2e" / "edits.json").read_text("utf-8"))
    found = []
    for file, places in told["typed"].items():
        text = "".join(f"{line}\n" for line in told["texts"][file])
        for after, keys, _ in places:
            before, mark, behind = text.partition(after)
            found.append(Edit(file, f"{before}{mark}{CURSOR}{behind}", keys))
    return tuple(edit for edit in found if not edit.file.endswith(_ENDING))


EDITS = _read()[::_EVERY]
"""Some of them; twice as many where all that can be tried is."""


class Typed(Protocol):
    """What becomes of a file in which is typed, with so many seconds from key to key."""

    def __call__(self, edit: Edit, pause: float) -> str: ...


def type_out(keys: str, press: Callable[[str], None], pause: float) -> None:
    """Press keys, one after another."""
    for key in keys:
        press(key)
        time.sleep(pause)


def check_typed(served: Typed, plain: Typed) -> None:
    """What a person types in an editor with the server comes out as in one without it, where nobody waits."""
    found = [(edit, served(edit, PAUSE), plain(edit, 0.0)) for edit in EDITS]
    altered = [(edit.keys, text, wanted) for edit, text, wanted in found if text != wanted]
    assert altered == []
    assert all(edit.text.replace(CURSOR, "") != text for edit, text, _ in found)
