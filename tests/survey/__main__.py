"""`python -m tests.survey DIR`: how the grammars in the packages fare that pip downloaded into a folder."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.survey.found import published_in
from tests.survey.judged import Verdict, judge
from tests.survey.written import page, row


def main() -> None:
    """Print the page; what is found meanwhile goes to the other output."""
    parser = argparse.ArgumentParser(prog="python -m tests.survey", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default="", help="only grammars whose package or file holds this text")
    parser.add_argument("--differs", action="store_true", help="tell the texts on which Lark and we differ")
    arguments = parser.parse_args()
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        for published in published_in(arguments.directory, Path(folder) / "packages"):
            if arguments.only in f"{published.package}/{published.where}":
                verdicts.append(judge(published))
                _tell(row(verdicts[-1]))
                for one in verdicts[-1].differs if arguments.differs else ():
                    _tell(f"  Lark {_says(one.lark)}, we do not: {one.text!r}")
    for line in page(verdicts):
        print(line)


def _says(takes: bool) -> str:
    return "takes it" if takes else "refuses it"


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
