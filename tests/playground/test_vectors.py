"""What stands for numpy in a page, as far as that needs no page."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest


def test_rows_of_several_matrices_are_the_rows_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, attribute in (("holegram_page", "vectors"), ("pyodide", "ffi"), ("pyodide.ffi", "to_js")):
        module = ModuleType(name)
        setattr(module, attribute, None)
        monkeypatch.setitem(sys.modules, name, module)
    vectors = importlib.import_module("lsp_server.playground.vectors")
    monkeypatch.delitem(sys.modules, "lsp_server.playground.vectors")
    one, two, three = (vectors.ndarray(SimpleNamespace(length=5), vectors.float32) for _ in range(3))
    assert vectors.concatenate([[one], [two, three]]) == [one, two, three]
