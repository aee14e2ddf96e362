"""Classes that are made without methods of their own behave as those that attrs makes."""

from __future__ import annotations

import sys
from subprocess import run
from typing import Any

import attrs
import pytest

from lsp_server.server.swift import _lean

CODE = """
import lsp_server.server
from lsprotocol import types
print(types.TextDocumentItem.__eq__.__module__, types.Position.__eq__.__module__)
"""


def two(define: Any) -> tuple[Any, Any]:
    """A class that leaves all to attrs, and one that has what it is compared by."""

    @define
    class Plain:
        name: str = attrs.field(validator=attrs.validators.instance_of(str))
        inner: object = attrs.field(default=None)

    @define
    class Own:
        name: str = attrs.field()

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and other.name.lower() == self.name.lower()

        def __repr__(self) -> str:
            return f"<{self.name}>"

    return Plain, Own


@pytest.mark.parametrize("define", [attrs.define, _lean(attrs.define)])
def test_a_lean_class_compares_and_shows_itself_as_that_of_attrs(define: Any) -> None:
    plain, own = two(define)
    assert plain("a", plain("b")) == plain("a", plain("b"))
    assert plain("a") != plain("b")
    assert plain("a") != own("a")
    assert own("a") == own("A")
    assert repr([plain("a", own("b"))]) == "[Plain(name='a', inner=<b>)]"
    for value in (plain("a"), own("a")):
        assert type(value).__hash__ is None
        assert not hasattr(value, "__dict__")
    with pytest.raises(TypeError):
        plain(1)


def test_what_a_class_asks_for_it_gets() -> None:
    frozen: Any = _lean(attrs.define)(frozen=True)(type("A", (), {"__annotations__": {"name": str}}))
    assert hash(frozen("a")) == hash(frozen("a"))


def test_a_server_that_starts_makes_lean_classes_of_the_protocol() -> None:
    told = run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["lsp_server.server.swift", "lsprotocol.types"]
