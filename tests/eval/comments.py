"""What is shown by itself below a comment: `python -m tests.eval.comments LANG DIR [--places N] [--seed N]`.

In real files all that follows a comment of whole lines is taken out. So the text stands when somebody has
written a comment and hit Enter. The truth is what the person wrote there. The other files of the project, the
folder of DIR in which a file is, are near, and its names are known.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

from lsp_server.decoding import Model
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.eagerness import Eagerness, least_of
from lsp_server.features.project import Project
from lsp_server.languages import Language, load_registry
from lsp_server.models import load_model
from lsp_server.retrieval import Question, look_up
from lsp_server.syntax import Landmarks, parse

LONGEST = 60_000
OF_ONE_FILE = 2
WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Place:
    """A file, and where in it the line below a comment begins, blanks aside."""

    path: Path
    text: str
    offset: int


@dataclass(frozen=True)
class Shown:
    """What was shown, and how many of its letters the person wrote."""

    text: str
    is_first_right: bool
    right: int
    wrong: int


def places(language: Language, folder: Path, seed: int) -> Iterator[Place]:
    draw = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.suffix in language.extensions)
    draw.shuffle(files)
    for path in files:
        if path.is_file() and path.stat().st_size <= LONGEST:
            text = path.read_text("utf-8", "replace")
            found = list(_below_comments(language, text))
            for offset in draw.sample(found, min(OF_ONE_FILE, len(found))):
                yield Place(path, text, offset)


def _below_comments(language: Language, text: str) -> Iterator[int]:
    end = 0
    for line, below in pairwise(text.splitlines(keepends=True)):
        end += len(line)
        is_code = below.strip() and not below.lstrip().startswith(language.comment.line)
        if line.lstrip().startswith(language.comment.line) and is_code:
            yield end + len(below) - len(below.lstrip())


def shown_at(language: Language, place: Place, project: Project, model: Model) -> Shown | None:
    text, offset = place.text[: place.offset], place.offset
    request = CompletionRequest(
        text,
        offset,
        language,
        Landmarks(parse(language, text)),
        beside=[other for path, other in project.texts if path != place.path.resolve()],
        min_logprob=least_of(Eagerness.BALANCED),
        automatic=True,
        in_editor=True,
        names=project.names_for(place.path, text, offset),
        looked_up=look_up(Question(language, text, offset), project.store, str(place.path)),
    )
    item = next(iter(complete(request, model, lambda: False).items), None)
    return None if item is None else judged(item.text, place.text[offset:])


def judged(text: str, truth: str) -> Shown:
    """What of a text a person wrote, word by word up to the first that is another."""
    words, wrote = WORD.findall(text), WORD.findall(truth)
    pairs = zip(words, wrote, strict=False)
    same = next(
        (place for place, (one, other) in enumerate(pairs) if one != other), min(len(words), len(wrote))
    )
    right, wrong = (sum(map(len, some)) for some in (words[:same], words[same:]))
    return Shown(text, same > 0, right, wrong)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("language")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--places", type=int, default=80)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    language, model = load_registry().by_id(options.language), load_model(None, threads=1)

    @cache
    def project(name: str) -> Project:
        return Project(language, options.folder / name)

    asked, shown = 0, list[Shown]()
    for place in islice(places(language, options.folder, options.seed), options.places):
        asked += 1
        found = shown_at(language, place, project(place.path.relative_to(options.folder).parts[0]), model)
        shown += [found] if found is not None else []
    first = sum(one.is_first_right for one in shown)
    right, wrong = sum(one.right for one in shown), sum(one.wrong for one in shown)
    print(f"{asked} comments, {len(shown)} shown, {first} with the first word right")
    print(f"letters: {right} right, {wrong} wrong")


if __name__ == "__main__":
    main()
