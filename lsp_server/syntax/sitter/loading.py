"""Loads the tree-sitter parser that a bundle names, and asks its tables what tree-sitter has no word for.

It must not know any language: which nodes are lists of top-level elements is read from the parse table.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Mapping
from functools import partial
from importlib import metadata
from pathlib import Path

import tree_sitter

from lsp_server.errors import BundleError
from lsp_server.languages import Language, is_bundled
from lsp_server.syntax.brackets import Signs
from lsp_server.syntax.sitter.parsing import Binding, LeafKind

_FIRST_STATE = 1
_CAPSULE = b"tree_sitter.Language"


def load_parser(language: Language, module: str) -> Binding:
    """Load the parser that a bundle names.

    Raises:
        BundleError: the module is not installed, is no tree-sitter binding, or is for another version.

    """
    function = language.parser.function
    try:
        if not is_bundled(language.directory):
            _check_installed(module)
        pointer: object = getattr(importlib.import_module(module), function)()
        if not (is_bundled(language.directory) or _is_capsule(pointer)):
            raise TypeError("it returns no language capsule")
        loaded = tree_sitter.Language(_capsule(pointer))
    except ModuleNotFoundError:
        package = module.partition(".")[0].replace("_", "-")
        raise BundleError(
            f"parser module '{module}' is not installed",
            path=language.directory,
            remedy=f"pip install {package}",
        ) from None
    except (AttributeError, ImportError, TypeError, ValueError) as error:
        raise BundleError(
            f"'{module}.{function}' is not a usable tree-sitter parser: {error}",
            path=language.directory,
            remedy="correct [parser] in the manifest, or install a version of it for this tree-sitter",
        ) from None
    lists, elements = _repetitions(loaded)
    return Binding(loaded, lists, elements, partial(_signs, loaded, language))


def _capsule(pointer: object) -> object:
    """What a binding returns, as tree-sitter takes it: bindings of an older make return a bare address."""
    if not isinstance(pointer, int):
        return pointer
    new = ctypes.pythonapi.PyCapsule_New
    new.restype = ctypes.py_object
    new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return new(pointer, _CAPSULE, None)


def _is_capsule(value: object) -> bool:
    """Whether a value is what bindings of tree-sitter return, told without calling anything of it."""
    is_valid = ctypes.pythonapi.PyCapsule_IsValid
    is_valid.restype = ctypes.c_int
    is_valid.argtypes = (ctypes.py_object, ctypes.c_char_p)
    return bool(is_valid(value, _CAPSULE))


def _check_installed(module: str) -> None:
    """Raise unless a module is what a package of its name has installed, and no file that lies about.

    Raises:
        ModuleNotFoundError: it is not installed.

    """
    found = importlib.util.find_spec(module)
    try:
        place = metadata.distribution(module).locate_file("")
    except metadata.PackageNotFoundError:
        place = None
    if found is None or found.origin is None or place is None:
        raise ModuleNotFoundError(name=module)
    if not Path(found.origin).resolve().is_relative_to(Path(str(place)).resolve()):
        raise ImportError(f"{found.origin} is not where the package is installed")


def _repetitions(language: tree_sitter.Language) -> tuple[frozenset[str], frozenset[str]]:
    """The list-like nodes at the beginning of a text, and their elements.

    tree-sitter turns `repeat` in a rule `r` into hidden symbols `r_repeat1`, `r_repeat2`, ... that repeat
    themselves. One that may begin a text, and may be followed by itself, makes `r` a list of elements; what
    leads to the same state as it does is an element of it.
    """
    begin = _symbols(language, _FIRST_STATE)
    lists: set[str] = set()
    states: set[int] = set()
    for symbol in begin:
        kind, count = _split_repeat(language.node_kind_for_id(symbol) or "")
        after = language.next_state(_FIRST_STATE, symbol)
        if count and symbol in _symbols(language, after):
            lists.add(kind)
            states.add(after)
    return frozenset(lists), frozenset(
        language.node_kind_for_id(symbol) or ""
        for symbol in begin
        if language.node_kind_is_named(symbol) and language.next_state(_FIRST_STATE, symbol) in states
    )


def _symbols(language: tree_sitter.Language, state: int) -> frozenset[int]:
    iterator = language.lookahead_iterator(state)
    return frozenset(iterator.symbols()) if iterator is not None else frozenset()


def _split_repeat(kind: str) -> tuple[str, str]:
    rule, repeat, count = kind.rpartition("_repeat")
    return (rule, count) if repeat and count.isdigit() else (kind, "")


def _signs(parser_language: tree_sitter.Language, language: Language) -> Mapping[LeafKind, Signs]:
    found: dict[LeafKind, Signs] = {}
    for opener, closer in language.brackets:
        found[closer, False] = Signs(closes=closer)
        found[opener, False] = Signs(opens=opener)
    known = parser_language.id_for_node_kind
    return {kind: signs for kind, signs in found.items() if known(*kind) is not None}
