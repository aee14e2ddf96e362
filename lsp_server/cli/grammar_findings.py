"""How what is found of a grammar is told by every command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsp_server.cli.screen import visible
from lsp_server.inspection import Severity

if TYPE_CHECKING:
    from lsp_server.inspection import Finding


def print_findings(findings: Iterable[Finding], *, verbose: bool = True) -> None:
    """Print each finding on a line, and its examples below.

    Unless `verbose`, of each kind that is no error the first, and how many more there are.
    """
    found = list(findings)
    counts = Counter(_kind(finding) for finding in found)
    told: set[str] = set()
    for finding in found:
        kind = _kind(finding)
        folded = not verbose and finding.severity is not Severity.ERROR and counts[kind] > 1
        if not folded:
            for row in finding.rows():
                print(visible(row), flush=True)
        elif kind not in told:
            more = f"; {counts[kind] - 1} more of this kind (--verbose tells them)"
            print(visible(f"{finding}{more}"), flush=True)
        told.add(kind)


def _kind(finding: Finding) -> str:
    return f"{finding.severity} {finding.kind}"
