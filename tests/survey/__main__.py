"""`python -m tests.survey DIR`: how the grammars in the packages fare that pip downloaded into a folder."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.survey.found import published_in
from tests.survey.judged import Verdict, judge

HEAD = """\
| package | licence | grammar | start | LALR(1) by Lark | here | programs | mutants | tree-sitter |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


def main() -> None:
    """Print the table, and under it how many of those that Lark takes work here."""
    parser = argparse.ArgumentParser(prog="python -m tests.survey", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="", help="only grammars whose package or file holds this text")
    parser.add_argument("--differs", action="store_true", help="print a text on which Lark and we differ")
    arguments = parser.parse_args()
    verdicts: list[Verdict] = []
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for published in published_in(arguments.directory, Path(folder)):
            if arguments.only in f"{published.package}/{published.where}":
                verdicts.append(judge(published))
                print(row(verdicts[-1]), flush=True)
                if arguments.differs and verdicts[-1].differs is not None:
                    print("DIFFERS", repr(verdicts[-1].differs), flush=True)
    lalr = [verdict for verdict in verdicts if not verdict.lark]
    work = [verdict for verdict in lalr if verdict.agrees]
    print(
        f"\n{len(verdicts)} grammars; {len(lalr)} are LALR(1) to Lark, of which {len(work)} load and agree."
    )


def row(verdict: Verdict) -> str:
    """A line of the table."""
    published = verdict.published
    cells = (
        f"{published.package} {published.version}",
        published.licence,
        f"`{published.where}`",
        f"`{published.start}`",
        _cell(verdict.lark, "yes"),
        _cell(verdict.ours, "loads"),
        f"{verdict.taken}/{verdict.sampled}" if verdict.sampled else "",
        f"{verdict.agreed}/{verdict.mutants}" if verdict.mutants else "",
        "",
    )
    return f"| {' | '.join(cells)} |"


def _cell(reason: str, otherwise: str) -> str:
    return reason.replace("|", "\\|").replace("\n", " ")[:140] if reason else otherwise


if __name__ == "__main__":
    main()
