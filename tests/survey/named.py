"""`python -m tests.survey.named TABLE DIR`: names in the languages of public projects, with examples.

`holegram new` gets every other program of a project as an example. In the others names are misspelt, and
references completed. A name counts as one that exists if the queries of the bundle say so: no judge beside
them knows these languages. So the figures tell what becomes of names that are known to be names, and the
misspelt ones what becomes of all others.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.authoring.starts import Starts
from lsp_server.lab.quality.fillers import product
from lsp_server.lab.quality.names import NamesRow, by_queries, draw, measure, of_declared
from lsp_server.lab.quality.planted import FalseAlarm, PlantedRow, measure_planted
from lsp_server.languages import Language, LarkOptions
from lsp_server.languages.sources import Source
from lsp_server.models import load_model
from lsp_server.names.strictness import Strictness
from tests.survey.fared import programs_of
from tests.survey.projects import Project, projects_in

_WORTH, _FEW = 12, 4
"""A program with fewer words is no example, and fewer programs are not halved; chosen, not measured."""
_CURSORS, _FILES, _SPARE = 40, 60, 4
"""So many cursors are kept of so many times more, those where all that the authors name is declared."""
_SEED = 0


def main() -> None:
    """Print a row for each project with enough programs."""
    parser = argparse.ArgumentParser(prog="python -m tests.survey.named", description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="", help="only grammars with these ids, with commas between")
    arguments = parser.parse_args()
    only = set(filter(None, arguments.only.split(",")))
    print(
        "| grammar | misspelt, told | files told of as they are | exist, without / with names | name right |"
    )
    print("| --- | --- | --- | --- | --- |")
    for project in projects_in(arguments.table, arguments.directory):
        texts = [text for text in programs_of(project) if len(text.split()) >= _WORTH]
        if (not only or project.id in only) and len(texts) >= _FEW:
            with tempfile.TemporaryDirectory() as folder:
                language = made(project, texts[::2], Path(folder))
                print(_row(project, *_measured(language, texts[1::2])), flush=True)


def made(project: Project, examples: Sequence[str], folder: Path) -> Language:
    """The bundle that somebody makes who has some programs."""
    (folder / "examples").mkdir()
    for number, text in enumerate(examples):
        (folder / "examples" / f"{number}.{project.id}").write_text(text, "utf-8")
    wishes = Wishes(
        extension=f".{project.id}",
        starts=Starts(project.start),
        examples=folder / "examples",
        lark=LarkOptions(project.parser),
    )
    grammar = project.grammar if project.path.startswith("string-in:") else None
    return write(draft(project.file, wishes, grammar), folder / "bundle")


def _measured(
    language: Language, texts: Sequence[str]
) -> tuple[list[PlantedRow], list[FalseAlarm], int, list[NamesRow]]:
    """Each text is a project by itself."""
    sources = [Source(f"{number}/{number}", text) for number, text in enumerate(texts)]
    planted, alarms, files = measure_planted(language, sources, _FILES, _SEED)
    if not planted:
        return planted, alarms, files, []
    judge = by_queries(language)
    drawn = draw(language, sources, cursors=_SPARE * _CURSORS, seed=_SEED, kinds=(), anywhere=False)
    fill = product(load_model(None, threads=1), 48)
    ways = [Strictness.OFF, Strictness.PREFER]
    rows, _ = measure(language, of_declared(drawn, judge)[:_CURSORS], fill, ways, judge)
    return planted, alarms, files, rows


def _row(
    project: Project,
    planted: Sequence[PlantedRow],
    alarms: Sequence[FalseAlarm],
    files: int,
    rows: Sequence[NamesRow],
) -> str:
    told, all_ = sum(row.told for row in planted), sum(row.planted for row in planted)
    for alarm in alarms:
        print(f"{project.id}, {alarm.name}: {'; '.join(alarm.messages)}", file=sys.stderr)
    cells = [project.id, f"{told} of {all_}", f"{len(alarms)} of {files}", *_of_suggestions(rows)]
    return f"| {' | '.join(cells)} |"


def _of_suggestions(rows: Sequence[NamesRow]) -> Iterator[str]:
    ways = [row for row in rows if row.references and row.by in map(str, Strictness)]
    yield " / ".join(f"{row.resolved / row.references:.0%}" for row in ways)
    yield " / ".join(f"{row.word} of {row.cursors}" for row in ways)


if __name__ == "__main__":
    main()
