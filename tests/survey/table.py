"""`python -m tests.survey.table TABLE DIR`: how the unmodified grammars of public projects fare.

TABLE has a row for each, and DIR a checkout of each repository (see `projects`).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from tests.survey.fared import Fared, fare
from tests.survey.projects import projects_in
from tests.survey.suggested import AT_END, BESIDE, INSIDE

_LONGEST = 160
One = TypeVar("One")


def main() -> None:
    """Print the table; each row is told on the other output as well, as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m tests.survey.table", description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="", help="only grammars with these ids, with commas between")
    parser.add_argument("--differs", action="store_true", help="tell the texts on which Lark and we differ")
    parser.add_argument("--cursors", type=int, default=0, help="suggestions at so many cursors of each kind")
    arguments = parser.parse_args()
    only = set(filter(None, arguments.only.split(",")))
    found: list[Fared] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        for project in projects_in(arguments.table, arguments.directory):
            if not only or project.id in only:
                found.append(fare(project, arguments.cursors))
                print(_row(found[-1]), file=sys.stderr, flush=True)
                for line in _differences(found[-1]) if arguments.differs else ():
                    print(line, file=sys.stderr, flush=True)
    for line in _page(found):
        print(line)


def _page(found: Sequence[Fared]) -> Iterator[str]:
    yield "| grammar | parser | Lark | here | programs read | slips refused, false alarms |"
    yield "| --- | --- | --- | --- | --- | --- |"
    yield from map(_row, found)
    yield ""
    yield "| measure | LALR | Earley | all |"
    yield "| --- | --- | --- | --- |"
    groups = [[one for one in found if one.project.parser == name] for name in ("lalr", "earley")]
    groups.append(list(found))
    yield _measured("load", groups, lambda one: not one.ours)
    yield _measured("load and read all their programs", groups, lambda one: one.works)
    shown = [[one for one in group if one.programs] for group in groups]
    yield _measured("the same, of those with programs that Lark takes", shown, lambda one: one.works)
    texts = [sum(len(one.programs) for one in group if not one.ours) for group in groups]
    refused = [sum(len(one.refused) for one in group) for group in groups]
    yield (
        "| false alarms on programs | "
        + " | ".join(f"{some} of {all_}" for some, all_ in zip(refused, texts, strict=True))
        + " |"
    )
    mutants = [sum(one.slips.tried for one in group) for group in groups]
    for what, of in (
        ("missed", lambda one: len(one.slips.missed)),
        ("told falsely", lambda one: len(one.slips.alarms)),
    ):
        counts = [sum(map(of, group)) for group in groups]
        yield (
            f"| slips {what} | "
            + " | ".join(f"{some} of {all_}" for some, all_ in zip(counts, mutants, strict=True))
            + " |"
        )

    for kind in (INSIDE, AT_END, BESIDE):
        rows = [[s for one in group for s in one.suggested if s.kind == kind] for group in groups]
        if any(rows):
            yield _measured(f"cursors answered, {kind}", rows, lambda s: s.text is not None)
            answered = [[s for s in row if s.text is not None] for row in rows]
            yield _measured(f"suggestions that Lark rejects, {kind}", answered, lambda s: not s.taken)
            yield _measured(
                f"the same, no bracket being open, {kind}",
                answered,
                lambda s: not s.taken and not s.leaves_open,
            )
            yield _measured(f"the same said three times or more, {kind}", answered, lambda s: s.repeats)
            yield _measured(f"exact, {kind}", rows, lambda s: s.exact)


def _measured(name: str, groups: Sequence[Sequence[One]], holds: Callable[[One], bool]) -> str:
    cells = []
    for group in groups:
        good = sum(map(holds, group))
        cells.append(f"{good} of {len(group)} ({100 * good / max(len(group), 1):.0f} %)")
    return f"| {name} | {' | '.join(cells)} |"


def _row(one: Fared) -> str:
    project = one.project
    programs = (
        f"{len(one.programs) - len(one.refused)}/{len(one.programs)}"
        if not one.ours
        else (f"-/{len(one.programs)}")
    )
    slips = (
        f"{len(one.slips.missed)} missed, {len(one.slips.alarms)} false of {one.slips.tried}"
        if one.slips.tried
        else ""
    )
    cells = (project.id, project.parser, one.lark or "yes", one.ours or "loads", programs, slips)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ")[:_LONGEST] for cell in cells) + " |"


def _differences(one: Fared) -> Iterator[str]:
    for s in one.suggested:
        if s.text is None:
            yield f"  none ({s.kind}): {s.before[-50:]!r} | {s.was[:20]!r} | {s.after[:30]!r}: {s.reason}"
        elif not s.taken:
            yield f"  REJECTED ({s.kind}): {s.before[-60:]!r} | {s.text!r} | {s.after[:40]!r}"
    for what, texts in (
        ("program refused", one.refused),
        ("missed", one.slips.missed),
        ("false", one.slips.alarms),
    ):
        yield from (f"  {what}: {text[:300]!r}" for text in texts[:6])


if __name__ == "__main__":
    main()
