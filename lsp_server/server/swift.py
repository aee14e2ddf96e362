"""Imports lsprotocol in half the time: attrs writes and compiles methods for each of its classes.

What all those hundreds can share is put in instead, and does the same. Nothing else takes as long at a start.
Whoever imported lsprotocol before has it as it is.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import attrs


def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in attrs.fields(type(self)))
    return f"{type(self).__qualname__.rpartition('>.')[2]}({', '.join(shown)})"


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return all(getattr(self, field.name) == getattr(other, field.name) for field in attrs.fields(type(self)))


_SHARED = {"__repr__": _repr, "__eq__": _eq, "__hash__": None}


def _lean(define: Callable[..., Any]) -> Callable[..., Any]:
    """`attrs.define`, with what classes can share instead of what it would make for each of them."""

    def defined(cls: type | None = None, **options: Any) -> Any:
        if cls is None or options:
            return define(cls, **options)
        missing = _SHARED.keys() - vars(cls)
        made = define(cls, repr=False, eq=False)
        for name in missing:
            setattr(made, name, _SHARED[name])
        return made

    return defined


def _import_types() -> None:
    define = attrs.define
    attrs.define = _lean(define)
    try:
        importlib.import_module("lsprotocol.types")
    finally:
        attrs.define = define


_import_types()
