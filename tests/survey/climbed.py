"""`python -m tests.survey.climbed TABLE DIR --only ID,...`: the ladder in the languages of public projects.

`holegram new` gets four fifths of a project's programs as examples, near copies on one side; in the others
gaps are filled: by the model alone, with ever more of what Holegram knows, and by the model tuned on the
examples, and on programs made of them too. The project's own Lark judges what is put in.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lsp_server.agreement.asking import Judge
from lsp_server.cli.lab.tune import learn, tunable
from lsp_server.constraint import check, load_grammar
from lsp_server.features.project import Project as Folder
from lsp_server.lab.material.neighbours import all_of
from lsp_server.lab.quality.ladder import Rung, climb
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.models import load_model
from lsp_server.training.config import TrainingConfig
from lsp_server.training.material import Material, split
from lsp_server.training.synthesis import synthesize
from tests.survey.fared import programs_of, taken_by
from tests.survey.named import made
from tests.survey.projects import Project, projects_in

_KINDS, _CUTS, _MAX_TOKENS = ("rest-of-line", "inside-line"), 80, 48
_SYNTHETIC = 200
"""So many programs are made of the examples."""


def main() -> None:
    """Print a row for each rung of each project."""
    parser = argparse.ArgumentParser(prog="python -m tests.survey.climbed", description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", required=True, help="only grammars with these ids, with commas between")
    arguments = parser.parse_args()
    only = arguments.only.split(",")
    print("| grammar | learnt from, measured on | rung | valid | line right | keys saved |")
    print("| --- | --- | --- | --- | --- | --- |")
    for project in projects_in(arguments.table, arguments.directory):
        if project.id in only:
            programs = enumerate(programs_of(project))
            training, held_out = split([Source(f"{n}.{project.id}", text) for n, text in programs])
            with tempfile.TemporaryDirectory() as folder:
                language = made(project, [source.text for source in training], Path(folder))
                for rung in _climbed(language, Material(training, held_out), taken_by(project), Path(folder)):
                    _tell(project, len(training), len(held_out), rung)


def _climbed(language: Language, material: Material, judge: Judge, folder: Path) -> Sequence[Rung]:
    base = tunable(load_model(None, threads=1))
    under = {}
    for name, learnt_from in (
        ("tuned", material),
        ("tuned on programs made of the examples too", _with_programs(language, material)),
    ):
        config = TrainingConfig((), folder / name.replace(" ", "-"))
        under[name] = learn(language, base, None, learnt_from, config)[1]
    return climb(
        language,
        material.held_out,
        judge,
        ("bundled", base),
        kinds=_KINDS,
        cuts=_CUTS,
        max_tokens=_MAX_TOKENS,
        knows=all_of(Folder(language)),
        under=under,
    )


def _with_programs(language: Language, material: Material) -> Material:
    grammar = load_grammar(language)
    programs = synthesize(language, material.training, _SYNTHETIC, lambda text: check(grammar, text) is None)
    more = (Source(f"synthetic/{number}", text) for number, text in enumerate(programs.texts))
    return replace(material, training=(*material.training, *more))


def _tell(project: Project, learnt: int, measured: int, rung: Rung) -> None:
    row = rung.row
    cells = [
        project.id,
        f"{learnt}, {measured}",
        rung.level,
        f"{row.valid / max(1, row.judged):.1%}",
        f"{row.line / row.cuts:.1%}",
        f"{row.saved:.1%}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
