"""Analyses of grammars, kept on disk: a large grammar takes seconds to analyse, and a moment to read back.

An entry is data in JSON, in the user's own cache directory, and never code. It is found by the digest of all
that an analysis depends on but imported files, whose digests are in it. One that cannot be read or written
is as good as none.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs

from lsp_server.lalr.analysis import Analysis, Gap
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.table import END, Item, Rule, Shape, Table
from lsp_server.languages import Language

_FORMAT = 6
_MOST = 8
"""So many analyses of one language are kept, the newest."""


def read_analysis(language: Language) -> Analysis | None:
    """The analysis of a language's grammar, if it is kept and nothing has changed."""
    try:
        entry = json.loads(_path(language).read_bytes())
        if all(
            _digest(Path(name).read_text(encoding="utf-8")) == was for name, was in entry["files"].items()
        ):
            return _decoded(entry)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass
    return None


def keep_analysis(language: Language, analysis: Analysis) -> None:
    """Keep an analysis, for any process to read. Nothing is said where that is not possible."""
    path = _path(language)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(_encoded(analysis), separators=(",", ":")))
        os.replace(name, path)
        entries = [(file.stat().st_mtime, file) for file in path.parent.glob(f"{language.id}-*.json")]
        for _, file in sorted(entries, reverse=True)[_MOST:]:
            file.unlink()


def cache_directory() -> Path:
    """Where analyses are kept: a part of the user's own cache."""
    return platformdirs.user_cache_path("holegram", appauthor=False) / "grammars"


def _path(language: Language) -> Path:
    versions = (str(_FORMAT), version("lark"), version("holegram"))
    lexer = (repr(language.paired), repr(language.reserved), repr(language.indentation))
    depends = (*versions, *lexer, str(language.directory), language.start)
    name = _digest("\0".join((*depends, language.grammar)))
    return cache_directory() / f"{language.id}-{name}.json"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _encoded(analysis: Analysis) -> dict[str, Any]:
    """An analysis as plain data: names are numbers of `symbols`, rows that are alike are written once."""
    table = analysis.table
    rules = [*(rule for found in table.by_origin.values() for rule in found), table.root]
    numbers = {rule: number for number, rule in enumerate(rules)}
    symbols: dict[str, int] = {}
    rows: dict[tuple[int, ...], int] = {}
    gaps: dict[Gap, int] = {}

    def symbol(name: str) -> int:
        return symbols.setdefault(name, len(symbols))

    def row(cells: dict[str, int]) -> int:
        flat = tuple(part for name, value in cells.items() for part in (symbol(name), value))
        return rows.setdefault(flat, len(rows))

    return {
        "files": dict(analysis.files),
        "ignored": sorted(analysis.ignored),
        "terminals": [
            [t.name, t.pattern, t.word, t.fold, t.priority, t.order] for t in analysis.terminals.values()
        ],
        "rules": [[symbol(rule.origin), *map(symbol, rule.expansion)] for rule in rules],
        "shapes": [
            [numbers[rule], symbol(shape.kind), shape.hidden, shape.single, shape.named]
            for rule, shape in analysis.shapes.items()
        ],
        "reduced": [numbers[rule] for rule in table.rules],
        "actions": [row(cells) for cells in table.actions],
        "gotos": [row(cells) for cells in table.gotos],
        "kernels": [[part for i in kernel for part in (numbers[i.rule], i.dot)] for kernel in table.kernels],
        "final": table.final,
        "renamed": {name: list(words) for name, words in analysis.renamed.items()},
        "apart": {name: gaps.setdefault(gap, len(gaps)) for name, gap in analysis.apart.items()},
        "gaps": [[gap.before, gap.ignored, gap.touching] for gap in gaps],
        "rows": list(rows),
        "symbols": list(symbols),
    }


def _decoded(entry: dict[str, Any]) -> Analysis:
    symbols: list[str] = entry["symbols"]
    rules = [Rule(symbols[origin], tuple(symbols[i] for i in rest)) for origin, *rest in entry["rules"]]
    by_origin: dict[str, tuple[Rule, ...]] = {}
    for rule in rules[:-1]:
        by_origin[rule.origin] = (*by_origin.get(rule.origin, ()), rule)
    rows = [dict(zip(map(symbols.__getitem__, row[::2]), row[1::2], strict=True)) for row in entry["rows"]]
    accepts = [frozenset(row) - {END} for row in rows]

    @cache
    def item(rule: int, dot: int) -> Item:
        return Item(rules[rule], dot)

    table = Table(
        rules=tuple(rules[number] for number in entry["reduced"]),
        by_origin=by_origin,
        actions=tuple(rows[number] for number in entry["actions"]),
        gotos=tuple(rows[number] for number in entry["gotos"]),
        kernels=tuple(tuple(map(item, flat[::2], flat[1::2])) for flat in entry["kernels"]),
        accepts=tuple(accepts[number] for number in entry["actions"]),
        final=entry["final"],
        root=rules[-1],
    )
    terminals = {
        name: Terminal(name, pattern, word, fold, priority, tuple(order))
        for name, pattern, word, fold, priority, order in entry["terminals"]
    }
    gaps = [Gap(*map(tuple, parts)) for parts in entry["gaps"]]
    apart = {name: gaps[number] for name, number in entry["apart"].items()}
    renamed = {name: tuple(words) for name, words in entry["renamed"].items()}
    shapes = {
        rules[number]: Shape(symbols[kind], hidden, single, tuple(named))
        for number, kind, hidden, single, named in entry["shapes"]
    }
    return Analysis(terminals, frozenset(entry["ignored"]), table, entry["files"], shapes, apart, renamed)
