"""Finds the grammar that is meant where somebody names Python code or an installed package. No code runs.

A grammar in a module is a text there, by itself or joined of several, that Lark can read and that has a rule.
Its lines keep their numbers, so that what is told of it leads to the module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from lsp_server.errors import UsageError
from lsp_server.lalr.notation_reader import read_notation
from lsp_server.text import read_text

_RULE = re.compile(r"^[ \t]*[?!]{0,2}_?[a-z]\w*(?:\{[^}]*\})?(?:\.-?\d+)?[ \t]*:", re.MULTILINE)
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class GrammarText:
    """The text of a grammar, the file that it is in, and its name there, "" where it is all of the file."""

    text: str
    path: Path
    name: str = ""


def grammar_named(what: str) -> GrammarText:
    """The grammar that is meant: a file, `MODULE.py`, `MODULE.py:NAME`, or `PACKAGE:FILE` of a package.

    Raises:
        DocumentError: the file cannot be read.
        UsageError: there is no such grammar, or there are several.

    """
    file, _, name = what.rpartition(":") if ":" in what and not Path(what).exists() else (what, "", "")
    path = Path(file)
    if not path.exists() and (found := _installed(file, name)) is not None:
        path, name = found
    text = read_text(path)
    if path.suffix != ".py":
        return GrammarText(text, path)
    return _in_module(text, path, name)


def _installed(package: str, inside: str) -> tuple[Path, str] | None:
    """The file of an installed package, and the name in it; a package is looked for, and not imported."""
    top, *rest = package.split(".")
    spec = PathFinder.find_spec(top) if top.isidentifier() else None
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin)
    if rest:
        path = path.parent.joinpath(*rest)
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    beside = path.parent / inside
    return (beside, "") if inside and beside.is_file() else (path, inside)


def _in_module(text: str, path: Path, name: str) -> GrammarText:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise UsageError(
            "is no Python code that can be read", path=path, line=line, remedy="name a grammar, or its module"
        ) from None
    found = [one for one in _texts(tree) if one[0] == name] if name else list(_grammars(tree))
    if not found:
        what = f"no text is called {name}" if name else "no text in it is a Lark grammar"
        raise UsageError(what, path=path, remedy=f"name one: {path.name}:NAME, where NAME is a plain text")
    if len(found) >= _SEVERAL and not name:
        names = ", ".join(f"{path.name}:{one}" for one, _, _ in found if one)
        raise UsageError(f"{len(found)} texts in it are grammars", path=path, remedy=f"name one: {names}")
    name, line, grammar = found[0]
    return GrammarText("\n" * (line - 1) + grammar, path, name)


def _grammars(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    for name, line, text in _texts(tree):
        if _RULE.search(text) and read_notation(text) is not None:
            yield name, line, text


def _texts(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """The texts in a module, each with the name that it is given, "" where it has none, and its line."""
    named: dict[ast.expr, str] = {}
    whole: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name | ast.Attribute):
                named[node.value] = target.id if isinstance(target, ast.Name) else target.attr
        if isinstance(node, ast.expr) and node not in whole:
            text = _joined(node)
            if text is not None:
                whole.update(ast.walk(node))
                yield named.get(node, ""), node.lineno, text


def _joined(node: ast.expr) -> str | None:
    """The text that an expression is, as far as that can be told by reading it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _joined(node.left), _joined(node.right)
        return None if left is None or right is None else left + right
    return None
