"""Reads JSON into symbols, by rules in JMESPath. The only module that knows that language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from lsp_server.errors import CatalogueError
from lsp_server.languages.imports import JsonSource, SymbolRule

_DEEPEST = 30
"""Members of members that are read; the rest of such a source is left out."""


def json_of(data: bytes, path: Path) -> Any:
    """What a JSON file says.

    Raises:
        CatalogueError: it is no JSON.

    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise CatalogueError(f"not JSON: {reason}", path=path, remedy="check what wrote it") from None


def is_of_kind(source: JsonSource, told: Any, path: Path) -> bool:
    """Whether a JSON file is such a source."""
    return bool(_found(source.when, told, path))


def version_of(source: JsonSource, told: Any, path: Path) -> str:
    """What it says of its own version."""
    found = None if source.version is None else _found(source.version, told, path)
    return "" if found is None else str(found)[:100]


def symbols_of(source: JsonSource, told: Any, path: Path) -> list[dict[str, Any]]:
    """The symbols that the rules make of it.

    Raises:
        CatalogueError: a rule does not fit the file.

    """
    tops = (rule for rule in source.rules.values() if rule.top)
    return [symbol for rule in tops for symbol in _made(source, rule, told, path, 0)]


def _made(
    source: JsonSource, rule: SymbolRule, told: Any, path: Path, depth: int
) -> Iterator[dict[str, Any]]:
    for entry in _entries(rule, _found(rule.each, told, path)):
        if rule.where is not None and not _found(rule.where, entry, path):
            continue
        symbol = {key: _value(expression, entry, path) for key, expression in rule.symbol.items()}
        if depth < _DEEPEST:
            symbol["members"] = [
                member
                for name in rule.members
                for member in _made(source, source.rules[name], entry, path, depth + 1)
            ]
        if symbol.get("name"):
            yield {key: value for key, value in symbol.items() if value}


def _entries(rule: SymbolRule, found: Any) -> Iterator[Any]:
    tables = found if isinstance(found, list) else [] if found is None else [found]
    if not rule.keyed:
        yield from tables
        return
    for table in tables:
        if isinstance(table, dict):
            yield from ({"key": key, "value": value} for key, value in table.items())


def _value(expression: Any, entry: Any, path: Path) -> Any:
    """What one expression finds, or each of several if all find something."""
    if isinstance(expression, str):
        return _found(expression, entry, path)
    found = [_found(one, entry, path) for one in expression]
    return found if all(found) else None


def _found(expression: str, told: Any, path: Path) -> Any:
    try:
        return jmespath.search(expression, told)
    except JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise CatalogueError(
            f"the rule '{expression}' does not fit: {reason}", path=path, remedy="correct sources.toml"
        ) from None
