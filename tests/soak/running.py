"""Runs the editor and watches the server: it lives, answers, logs no error, and loses track of nothing."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from lsp_server.lab.served.client import SERVE, connected
from lsp_server.languages import Language
from tests.constraint.texts import examples
from tests.soak.editor import WEIGHTS, Editor
from tests.soak.files import Files
from tests.soak.manners import Manners
from tests.soak.talking import Late, SoakError, Talk

CHECKED = 100
_AFRESH = 10
"""After so many checks, and at the end, all is compared with what a server finds that has just started."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, which answers came late, and what memory the server held after each tenth, in MiB;
    None where the system does not say.
    """

    operations: Counter[str]
    answers: int
    late: list[Late]
    checks: int
    resident: tuple[float | None, ...]


def soak(
    languages: Sequence[Language],
    operations: int,
    seed: int,
    bundles: Sequence[Path] = (),
    tell: Callable[[int], None] = lambda done: None,
    *,
    suggesting: float = 1.0,
    checked: int = CHECKED,
) -> Report:
    """Do so many operations on documents of some languages.

    Args:
        seed: of all that is drawn; it says also what kind of client does it.
        bundles: where languages are that do not come with the product.
        suggesting: how much of the suggestions that come up is asked for; they take most of the time.
        checked: after so many operations all must have been answered, and each document is compared with a
            fresh one, at several places; that takes as long as a hundred operations and more.
        tell: is told from time to time how many are done.

    Raises:
        SoakError: of the first thing that is wrong.

    """
    random, manners = Random(seed), Manners.of(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as workspace,
        tempfile.TemporaryFile() as errors,
    ):
        script = _script(Path(folder), languages, random)
        options = {"model": script, "maxTokens": 12, "bundles": [str(bundle) for bundle in bundles]}
        root = Path(workspace).resolve()
        files = Files(root, languages, random)
        start = (manners.capabilities, options, SERVE, errors, [root])
        with connected(*start) as (client, can):
            talk = Talk(client)
            editor = Editor(talk, can, manners, languages, files, random, suggesting)
            resident: list[float | None] = []
            for number in range(1, operations + 1):
                kind = random.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
                try:
                    editor.do(kind)
                    if number % checked == 0 or number == operations:
                        editor.check()
                        tell(number)
                    if number % (_AFRESH * checked) == 0 or number == operations:
                        with connected(*start) as (other, _):
                            editor.check_afresh(other)
                    if number % max(1, operations // 10) == 0:
                        resident.append(client.resident())
                except SoakError as error:
                    raise SoakError(f"operation {number} of seed {seed}, {kind}: {error}") from None
        if code := client.stop():
            raise SoakError(f"the server ended with {code}")
        errors.seek(0)
        if said := errors.read().decode(errors="replace").strip():
            raise SoakError(f"on standard error: {said}")
    return Report(editor.done, talk.answers, talk.late, editor.checks, tuple(resident))


def _script(folder: Path, languages: Sequence[Language], random: Random) -> str:
    """The name of a model that has something to say here and there."""
    endings = {"": "a"}
    for language in languages:
        for text in examples(language):
            start = random.randrange(len(text))
            endings[text[max(0, start - 6) : start]] = text[start : start + 20]
    path = folder / "script.json"
    path.write_text(json.dumps({"endings": endings}), encoding="utf-8")
    return f"scripted:{path}"
