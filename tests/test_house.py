"""How the package is built: no circle of imports, also none that only a type checker sees."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import lsp_server

PACKAGE = Path(lsp_server.__file__).parent


def name_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.Module) -> Iterator[str]:
    """All that a module imports, anywhere in it: modules, and names in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def graph_of(root: Path) -> dict[str, set[str]]:
    """Which modules each module of a package imports."""
    trees = {name_of(path, root): ast.parse(path.read_text("utf-8")) for path in root.rglob("*.py")}
    graph: dict[str, set[str]] = {name: set() for name in trees}
    for name, tree in trees.items():
        for imported in imports_of(tree):
            module = imported if imported in trees else imported.rpartition(".")[0]
            if module in trees and module != name:
                graph[name].add(module)
    return graph


def circle_in(graph: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_circle_of_imports_is_in_the_package() -> None:
    assert circle_in(graph_of(PACKAGE)) == []


def test_a_circle_that_only_a_type_checker_sees_is_found(tmp_path: Path) -> None:
    root = tmp_path / "rooms"
    root.mkdir()
    (root / "__init__.py").write_text("")
    (root / "a.py").write_text("from rooms import b\n")
    (root / "b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from rooms.a import A\n"
    )
    assert set(circle_in(graph_of(root))) == {"rooms.a", "rooms.b"}
    (root / "b.py").write_text("def f() -> None:\n    import json\n")
    assert circle_in(graph_of(root)) == []
