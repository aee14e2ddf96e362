"""Languages of somebody who had not seen the product: `python -m tests.eval.inhouse [LANG...] [--verbose]`.

`inhouse/` has four languages as companies have them, each a grammar, programs, and programs that are `typed`
here and that the product is not told of. `holegram new` makes a bundle of the grammar and the examples. Then,
in a folder that holds the examples, each typed program is asked about where a person looks up: before each
word of a line, and within the longer ones, with nothing below. The truth is what was written there.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.decoding import Model
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.extent import opens_block
from lsp_server.features.project import Project
from lsp_server.languages import Language
from lsp_server.models import load_model
from lsp_server.retrieval import Question, look_up
from lsp_server.syntax import Landmarks, parse
from tests.eval.comments import judged

LANGUAGES = Path(__file__).with_name("inhouse")
WORD = re.compile(r"(?<![^\s(\[.])\S+")
"""What begins at a blank, an opening bracket or a dot."""

LONG, WITHIN = 5, 2
"""Words of so many characters are asked about within, behind so many letters. Chosen."""


@dataclass(frozen=True)
class Asked:
    """What was shown at a place of a program, or nothing, and what stands there.

    `right` and `wrong` count letters, as `comments.judged` does; it begins right if a word or a number does.
    """

    place: str
    before: str
    shown: str
    written: str
    right: int
    wrong: int

    @property
    def verdict(self) -> str:
        if not self.shown:
            return "nothing"
        if not self.wrong:
            return "all right"
        begun = "".join(self.shown.split())[: self.right]
        return "begins right" if re.search(r"\w", begun) else "wrong"


def made(name: str, folder: Path) -> Language:
    """The bundle that somebody makes who follows the tutorial."""
    source = LANGUAGES / name
    extension = next(path.suffix for path in sorted((source / "examples").iterdir()))
    wishes = Wishes(id=name, extension=extension, examples=source / "examples")
    return write(draft(source / "grammar.lark", wishes), folder / "bundle")


def asked(language: Language, name: str, model: Model) -> Iterator[Asked]:
    """What is shown in each program that is typed."""
    examples = Project(language, LANGUAGES / name / "examples")
    for path in sorted((LANGUAGES / name / "typed").iterdir()):
        text = path.read_text("utf-8")
        for offset in _places(language, text):
            yield _at(examples, LANGUAGES / name / "examples" / path.name, text, offset, model)


def _places(language: Language, text: str) -> Iterator[int]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith(language.comment.line):
            for word in WORD.finditer(line.rstrip()):
                yield start + word.start()
                if len(word.group()) >= LONG and word.group()[:WITHIN].isalpha():
                    yield start + word.start() + WITHIN
        start += len(line)


def _at(examples: Project, path: Path, text: str, offset: int, model: Model) -> Asked:
    language, before, after = examples.language, text[:offset], text[offset:]
    landmarks = Landmarks(parse(language, before))
    request = CompletionRequest(
        before,
        offset,
        language,
        landmarks,
        beside=[other for _, other in examples.texts],
        min_logprob=least_of(Eagerness.BALANCED),
        automatic=True,
        in_editor=True,
        names=examples.names_for(path, before, offset),
        looked_up=look_up(Question(language, before, offset), examples.store, str(path)),
    )
    request = replace(request, multiline=opens_block(language, request.prefix_or_new, landmarks, offset))
    item = next(iter(complete(request, model, lambda: False).items), None)
    shown = "" if item is None else item.text[offset - item.start :]
    judgement = judged(shown, after)
    line = before.count("\n") + 1
    begun = before.rpartition("\n")[2]
    place = f"{path.name}:{line}:{len(begun) + 1}"
    return Asked(place, begun, shown, after.partition("\n")[0], judgement.right, judgement.wrong)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.eval.inhouse")
    parser.add_argument("language", nargs="*", default=sorted(path.name for path in LANGUAGES.iterdir()))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    model = load_model(None, threads=1)
    for name in options.language:
        with tempfile.TemporaryDirectory() as folder:
            found = list(asked(made(name, Path(folder)), name, model))
        if options.verbose:
            for one in found:
                print(f"{one.verdict}: {one.place} {one.before!r} | {one.written!r} <= {one.shown!r}")
        kinds = Counter(one.verdict for one in found)
        right, wrong = sum(one.right for one in found), sum(one.wrong for one in found)
        told = ", ".join(
            f"{kinds[kind]} {kind}" for kind in ("all right", "begins right", "wrong", "nothing")
        )
        print(f"{name}: {len(found)} places, {told}; letters: {right} right, {wrong} wrong")


if __name__ == "__main__":
    main()
