"""Comment, then Enter: how many suggestions are about the comment. `python -m tests.eval.wishes [--model M]`.

The cases are `wishes.jsonl`: files of a project, a comment, and what a suggestion below it must contain, with
`|` between what will do. It must parse in its place too, which Lark's tables say, and the language's judge if
there is one.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsp_server.decoding import Model
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.project import Project
from lsp_server.languages import Language, load_registry
from lsp_server.models import load_model
from lsp_server.retrieval import Question, look_up
from lsp_server.syntax import Landmarks, parse

CASES = Path(__file__).with_name("wishes.jsonl")


@dataclass(frozen=True)
class Wished:
    """A case, and what was suggested."""

    language: str
    wish: str
    text: str
    missing: tuple[str, ...]

    @property
    def is_about(self) -> bool:
        return bool(self.text) and not self.missing


def cases(path: Path = CASES) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def measured(model: Model, languages: frozenset[str] = frozenset(), path: Path = CASES) -> Iterator[Wished]:
    registry = load_registry()
    for case in cases(path):
        if languages and case["language"] not in languages:
            continue
        language = registry.by_id(case["language"])
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in case["files"].items():
                (root / name).write_text(text)
            text = suggested(language, root, case, model)
        yield Wished(language.id, case["wish"], text, missing(text, case["must"]))


def suggested(language: Language, root: Path, case: dict[str, Any], model: Model) -> str:
    text = f"{case.get('text', '')}{language.comment.line[0]} {case['wish']}\n"
    path, project = root / f"new{language.extensions[0]}", Project(language, root)
    request = CompletionRequest(
        text,
        len(text),
        language,
        Landmarks(parse(language, text)),
        beside=[one for _, one in project.texts],
        names=project.names_for(path, text, len(text)),
        looked_up=look_up(Question(language, text, len(text)), project.store, str(path)),
    )
    return next((item.text for item in complete(request, model, lambda: False).items), "")


def missing(text: str, must: list[str]) -> tuple[str, ...]:
    """What a text lacks; a word may go on, so that `mail` is in `email` and `COUNT` in `count(*)`."""
    flat = re.sub(r"\s+", " ", text).casefold()
    return tuple(one for one in must if not any(part.casefold() in flat for part in one.split("|")))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--language", action="append", default=[])
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    about: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one in measured(load_model(options.model, threads=1), frozenset(options.language), options.cases):
        total[one.language] += 1
        about[one.language] += one.is_about
        if options.verbose:
            mark, shown = "ok " if one.is_about else "-- ", " ".join(one.text.split())[:150]
            print(f"{mark} {one.language}: {one.wish} => {shown} {one.missing or ''}")
    for language, count in total.items():
        print(f"{language}: {about[language]} of {count}")
    print(f"all: {about.total()} of {total.total()}")


if __name__ == "__main__":
    main()
