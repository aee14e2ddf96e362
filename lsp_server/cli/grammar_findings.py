"""How what is found of a grammar is told by every command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsp_server.cli.screen import visible

if TYPE_CHECKING:
    from lsp_server.inspection import Finding


def print_findings(findings: Iterable[Finding]) -> None:
    """Print each finding on a line, and its examples below."""
    for finding in findings:
        for row in finding.rows():
            print(visible(row), flush=True)
