"""Prints what was found in files: for people, as JSON, as SARIF 2.1.0 (OASIS), as annotations of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.text import Text

from lsp_server import __version__
from lsp_server.cli.findings import Checked, FileFinding, FileRegion
from lsp_server.cli.screen import console, excerpt, visible
from lsp_server.text import Span

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan", "hint": "cyan"}


def print_text(results: Iterable[Checked]) -> None:
    """Print one line per error, as compilers do; in a terminal the source too."""
    out = console()
    files = errors = warnings = 0
    for result in results:
        files += 1
        errors += result.count("error")
        warnings += result.count("warning")
        for found in result.findings:
            message, *examples = found.message.splitlines()
            out.print(_line(result.path, found.region, found.severity, _STYLES[found.severity], message))
            for example in examples:
                out.print(f"    {visible(example)}")
            if out.is_terminal:
                style = _STYLES[found.severity]
                for row in excerpt(result.text, _first_line(result.text, found.span), style, "^"):
                    out.print(row)
            for note in found.notes:
                out.print(_line(result.path, note.region, "note", "cyan", note.message))
    if out.is_terminal and files:
        told = _count(errors, "error") + (f" and {_count(warnings, 'warning')}" if warnings else "")
        style = "red" if errors else "yellow" if warnings else "green"
        out.print(Text(f"{told} in {_count(files, 'file')}", style))


def _line(path: str, region: FileRegion, kind: str, style: str, message: str) -> Text:
    place = f"{visible(path)}:{region.line}:{region.column}: "
    return Text.assemble((place, "bold"), (f"{kind}: ", style), visible(message))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _first_line(text: str, span: Span) -> Span:
    ends = [end for end in (text.find("\n", span.start, span.end), span.end) if end >= 0]
    return Span(span.start, min(ends))


def print_json(results: Iterable[Checked]) -> None:
    """Print one object with all that is found, and what cannot be checked."""
    files = 0
    errors: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    failures: list[dict[str, str]] = []
    for result in results:
        files += 1
        if result.failure is not None:
            failures.append({"path": result.path, "message": str(result.failure)})
        for found in result.findings:
            notes = [{**asdict(note.region), "message": note.message} for note in found.notes]
            (errors if found.severity == "error" else others).append(
                {
                    "path": result.path,
                    **asdict(found.region),
                    "severity": found.severity,
                    "code": found.code,
                    "message": found.message,
                    "related": notes,
                }
            )
    report = {"files": files, "errors": errors, "warnings": others, "failures": failures}
    print(json.dumps(report, indent=2))


def print_sarif(results: Iterable[Checked]) -> None:
    """Print a SARIF log with one run; a file that could not be checked is a notification of the run."""
    found: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    for result in results:
        if result.failure is not None:
            notifications.append({"level": "error", "message": {"text": str(result.failure)}})
        found.extend(_sarif_result(result.path, finding) for finding in result.findings)
    codes = sorted({result["ruleId"] for result in found})
    rules = [{"id": code, "shortDescription": {"text": code.replace("-", " ")}} for code in codes]
    run = {
        "tool": {"driver": {"name": "holegram", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}
        ],
        "results": found,
    }
    print(json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2))


def _sarif_result(path: str, found: FileFinding) -> dict[str, Any]:
    related = [
        {"id": number, "message": {"text": note.message}, **_location(path, note.region)}
        for number, note in enumerate(found.notes)
    ]
    return {
        "ruleId": found.code,
        "level": "note" if found.severity == "hint" else found.severity,
        "message": {"text": found.message},
        "locations": [_location(path, found.region)],
        "relatedLocations": related,
    }


def _location(path: str, region: FileRegion) -> dict[str, Any]:
    absolute = Path(path).is_absolute()
    uri = Path(path).as_uri() if absolute else quote(Path(path).as_posix())
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.end_line,
                "endColumn": region.end_column,
            },
        }
    }


_LEVELS = {"error": "error", "warning": "warning", "note": "notice", "hint": "notice"}


def print_github(results: Iterable[Checked]) -> None:
    """Print one workflow command for each finding, which GitHub shows in the lines of a pull request."""
    for result in results:
        if result.failure is not None:
            print(f"::error file={_property(result.path)}::{_data(str(result.failure))}")
        for found in result.findings:
            region = found.region
            place = f"file={_property(result.path)},line={region.line},endLine={region.end_line}"
            if region.line == region.end_line:
                place += f",col={region.column},endColumn={region.end_column}"
            message = _data("\n".join(map(visible, found.message.splitlines())))
            print(f"::{_LEVELS[found.severity]} {place},title={_property(found.code)}::{message}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
