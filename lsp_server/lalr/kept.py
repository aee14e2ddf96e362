"""Analyses of grammars, kept on disk: a large grammar takes seconds to analyse, and a moment to read back.

An entry is data in JSON, sealed, in the user's own cache directory, and never code. It is found by the digest
of all that an analysis depends on but imported files, whose digests are in it. One that cannot be read or
written is as good as none. Of what is read back, most is made where a text needs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import platformdirs

from lsp_server.errors import DocumentError
from lsp_server.lalr.analysed import Analysis, Gap
from lsp_server.lalr.general import GeneralTable
from lsp_server.lalr.lexicon import Terminal
from lsp_server.lalr.rows import Rows
from lsp_server.lalr.table import END, Item, Rule, Shape, Table
from lsp_server.languages import Language, is_bundled
from lsp_server.opening import read_bytes
from lsp_server.sealing import forget_oldest, keep_sealed, read_sealed
from lsp_server.text import read_text

_FORMAT = 10
_READY = "analysis-{}.json"
"""The file of an analysis for a start rule, in a bundle as an export of the playground has it."""

_MOST = 8
"""So many analyses of one language are kept, the newest."""


def read_analysis(language: Language) -> Analysis | None:
    """The analysis of a language's grammar, if it is kept and nothing has changed."""
    data = read_sealed(_path(language)) or _shipped(language)
    if data is not None:
        entry = json.loads(data)
        folder = (language.directory,)
        with suppress(DocumentError):
            if all(
                _digest(read_text(Path(name), within=folder)) == was for name, was in entry["files"].items()
            ):
                return _decoded(entry)
    return None


def keep_analysis(language: Language, analysis: Analysis) -> None:
    """Keep an analysis, for any process to read. Nothing is said where that is not possible."""
    path = _path(language)
    with suppress(OSError):
        keep_sealed(path, json.dumps(_encoded(analysis), separators=(",", ":")).encode())
        forget_oldest(path.parent, f"{language.id}-*.json", _MOST)


def ready_name(language: Language) -> str:
    """The file of a bundle that comes with the product in which an analysis lies ready."""
    return _READY.format(language.start)


def ready_analysis(language: Language, analysis: Analysis) -> bytes:
    """An analysis as that file has it: it is read where none is kept."""
    entry = {"of": _digest("\0".join(_depends(language))), **_encoded(analysis)}
    return json.dumps(entry, separators=(",", ":")).encode()


def _shipped(language: Language) -> bytes | None:
    """What lies ready in a bundle that comes with the product, if that was made of what is there."""
    if not is_bundled(language.directory):
        return None
    with suppress(DocumentError):
        data = read_bytes(language.directory / ready_name(language))
        return data if json.loads(data)["of"] == _digest("\0".join(_depends(language))) else None
    return None


def cache_directory() -> Path:
    """Where analyses are kept: a part of the user's own cache."""
    return platformdirs.user_cache_path("holegram", appauthor=False) / "grammars"


def _path(language: Language) -> Path:
    name = _digest("\0".join((str(language.directory), *_depends(language))))
    return cache_directory() / f"{language.id}-{name}.json"


def _depends(language: Language) -> tuple[str, ...]:
    """What an analysis depends on, but where the bundle is, and imported files."""
    versions = (str(_FORMAT), version("lark"), version("holegram"))
    lexer = (repr(language.paired), repr(language.reserved), repr(language.indentation), repr(language.lark))
    return (*versions, *lexer, language.start, language.grammar)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _encoded(analysis: Analysis) -> dict[str, Any]:
    """An analysis as plain data: names are numbers of `symbols`, what comes again is written once.

    A row is of pairs: a state to shift to and the symbol, or a reduction and the number of the `sets` of
    symbols before which it is done.
    """
    table = analysis.table
    rules = [*(rule for found in table.by_origin.values() for rule in found), table.root]
    numbers = {rule: number for number, rule in enumerate(rules)}
    symbols: dict[str, int] = {}
    rows: dict[tuple[int, ...], int] = {}
    sets: dict[tuple[int, ...], int] = {}
    gaps: dict[Gap, int] = {}

    def symbol(name: str) -> int:
        return symbols.setdefault(name, len(symbols))

    @cache
    def spelled(names: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(map(symbol, names))

    def row(cells: dict[str, int]) -> int:
        pairs: list[int] = []
        for value, names in groupby(cells, key=cells.__getitem__):
            found = spelled(tuple(names))
            whole = (sets.setdefault(found, len(sets)),) if value < 0 else found
            pairs.extend(part for which in whole for part in (value, which))
        return rows.setdefault(tuple(pairs), len(rows))

    return {
        "files": dict(analysis.files),
        "ignored": sorted(analysis.ignored),
        "terminals": [
            [t.name, t.pattern, t.word, t.fold, t.priority, t.order, sorted(t.first), t.explodes, t.whole]
            for t in analysis.terminals.values()
        ],
        "rules": [[symbol(rule.origin), *map(symbol, rule.expansion)] for rule in rules],
        "shapes": [
            [numbers[rule], symbol(shape.kind), shape.hidden, shape.single, shape.named]
            for rule, shape in analysis.shapes.items()
        ],
        "reads": {name: list(words) for name, words in analysis.reads.items()},
        "reduced": [numbers[rule] for rule in table.rules],
        "actions": list(map(row, table.actions.all())),
        "gotos": list(map(row, table.gotos.all())),
        "kernels": [[n for i in items for n in (numbers[i.rule], i.dot)] for items in table.kernels.all()],
        "final": table.final,
        "more": _more(table),
        "renamed": {name: list(words) for name, words in analysis.renamed.items()},
        "apart": {name: gaps.setdefault(gap, len(gaps)) for name, gap in analysis.apart.items()},
        "gaps": [[gap.before, gap.ignored, gap.touching] for gap in gaps],
        "rows": list(rows),
        "sets": list(sets),
        "symbols": list(symbols),
    }


def _decoded(entry: dict[str, Any]) -> Analysis:
    symbols: list[str] = entry["symbols"]
    rules = [Rule(symbols[origin], tuple(symbols[i] for i in rest)) for origin, *rest in entry["rules"]]
    terminals = {
        name: Terminal(name, pattern, word, fold, priority, tuple(order), frozenset(first), explodes, whole)
        for name, pattern, word, fold, priority, order, first, explodes, whole in entry["terminals"]
    }
    gaps = [Gap(*map(tuple, parts)) for parts in entry["gaps"]]
    apart = {name: gaps[number] for name, number in entry["apart"].items()}
    reads, renamed = (
        {name: tuple(words) for name, words in entry[key].items()} for key in ("reads", "renamed")
    )
    shapes = {
        rules[number]: Shape(symbols[kind], hidden, single, tuple(named))
        for number, kind, hidden, single, named in entry["shapes"]
    }
    ignored, table = frozenset(entry["ignored"]), _table(entry, symbols, rules)
    return Analysis(terminals, ignored, table, entry["files"], shapes, reads, apart, renamed)


def _table(entry: dict[str, Any], symbols: Sequence[str], rules: Sequence[Rule]) -> Table:
    by_origin: dict[str, tuple[Rule, ...]] = {}
    for rule in rules[:-1]:
        by_origin[rule.origin] = (*by_origin.get(rule.origin, ()), rule)
    actions, gotos, kernels = entry["actions"], entry["gotos"], entry["kernels"]

    @cache
    def names(number: int) -> tuple[str, ...]:
        return tuple(symbols[i] for i in entry["sets"][number])

    def pairs(number: int) -> Iterable[tuple[int, int]]:
        flat = entry["rows"][number]
        return zip(flat[::2], flat[1::2], strict=True)

    @cache
    def row(number: int) -> dict[str, int]:
        cells: dict[str, int] = {}
        for value, which in pairs(number):
            if value < 0:
                cells.update(dict.fromkeys(names(which), value))
            else:
                cells[symbols[which]] = value
        return cells

    sets: dict[frozenset[str], frozenset[str]] = {}

    @cache
    def shifts(number: int) -> dict[str, int]:
        return {symbols[which]: value for value, which in pairs(number) if value >= 0}

    @cache
    def accepts(number: int) -> frozenset[str]:
        before = (names(which) for value, which in pairs(number) if value < 0)
        found = frozenset(shifts(number)).union(*before) - {END}
        return sets.setdefault(found, found)

    @cache
    def item(rule: int, dot: int) -> Item:
        return Item(rules[rule], dot)

    parts = dict[str, Any](
        rules=tuple(rules[number] for number in entry["reduced"]),
        by_origin=by_origin,
        actions=Rows(len(actions), lambda state: row(actions[state])),
        shifts=Rows(len(actions), lambda state: shifts(actions[state])),
        gotos=Rows(len(gotos), lambda state: row(gotos[state])),
        kernels=Rows(len(kernels), lambda state: tuple(map(item, kernels[state][::2], kernels[state][1::2]))),
        accepts=Rows(len(actions), lambda state: accepts(actions[state])),
        final=entry["final"],
        root=rules[-1],
    )
    if entry["more"] is None:
        return Table(**parts)
    more = {state: {name: tuple(found) for name, found in row.items()} for state, row in entry["more"]}
    return GeneralTable(more=more, **parts)


def _more(table: Table) -> list[tuple[int, dict[str, list[int]]]] | None:
    """What a general table has more than others."""
    if not isinstance(table, GeneralTable):
        return None
    rows = table.more.items()
    return [(state, {name: list(found) for name, found in row.items()}) for state, row in rows]
