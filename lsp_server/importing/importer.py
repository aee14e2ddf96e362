"""Finds the rules for a source, and makes a catalogue with them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lsp_server.errors import CatalogueError, DocumentError, UsageError
from lsp_server.languages import Language
from lsp_server.languages.catalogue import (
    FOLDER,
    KEY,
    SUFFIX,
    VERSION,
    Catalogue,
    parse_catalogue,
    write_catalogue,
)
from lsp_server.languages.imports import DatabaseSource, JsonSource, RdfSource, read_sources
from lsp_server.opening import read_bytes
from lsp_server.text import decode_text

LARGEST_SOURCE = 400_000_000
"""Bytes of a file that is imported."""


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """What reading a database takes.

    Attributes:
        seconds: how long it may take.
        password: asks a person for it; None where that is not wanted.

    """

    seconds: int = 60
    password: Callable[[], str] | None = None


def import_catalogue(
    language: Language, source: str, access: DatabaseAccess, *, partial: bool = False
) -> Catalogue:
    """The catalogue of a source: the path of a file, or the URL of a database.

    Raises:
        HolegramError: there are no rules for it, it cannot be read, or nothing is found in it.

    """
    rules = read_sources(language)
    scheme = urlsplit(source).scheme if "://" in source else ""
    if scheme:
        for rule in rules:
            if isinstance(rule, DatabaseSource) and scheme in rule.schemes:
                from lsp_server.importing import of_database

                symbols, version = of_database.symbols_of(rule, source, access.seconds, access.password)
                made_of = {"kind": rule.kind, "name": of_database.named(source), "version": version}
                return _made(language, symbols, made_of, partial=partial)
        raise UsageError(
            f"{language.id} has no rules for {scheme}://", remedy=f"see sources.toml of {language.directory}"
        )
    return _of_file(language, Path(source), partial=partial)


def _of_file(language: Language, path: Path, *, partial: bool) -> Catalogue:
    data = _read(path)
    made_of = {"name": str(path.resolve()), "fingerprint": sha256(data).hexdigest()}
    rules = read_sources(language)
    for rule in rules:
        if isinstance(rule, RdfSource) and path.suffix in rule.suffixes:
            from lsp_server.importing import of_vocabulary

            symbols = of_vocabulary.symbols_of(rule, data, path)
            return _made(language, symbols, {"kind": rule.kind, **made_of}, partial=partial)
    if any(isinstance(rule, JsonSource) for rule in rules) and data.lstrip()[:1] in (b"{", b"["):
        from lsp_server.importing import of_json

        told = of_json.json_of(data, path)
        for rule in rules:
            if isinstance(rule, JsonSource) and of_json.is_of_kind(rule, told, path):
                symbols = of_json.symbols_of(rule, told, path)
                version = of_json.version_of(rule, told, path)
                return _made(
                    language, symbols, {"kind": rule.kind, **made_of, "version": version}, partial=partial
                )
    if path.suffix in language.extensions:
        from lsp_server.importing import of_texts

        symbols = of_texts.symbols_of(language, decode_text(data, path))
        return _made(language, symbols, {"kind": f"{language.name} file", **made_of}, partial=partial)
    known = ", ".join([*(rule.kind for rule in rules), f"files of {language.name} itself"])
    raise CatalogueError("is no source that is known", path=path, remedy=f"give one of: {known}")


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path, largest=LARGEST_SOURCE)
    except DocumentError as error:
        raise CatalogueError(error.message, path=path, remedy=error.remedy) from None


def _made(
    language: Language, symbols: list[dict[str, Any]], made_of: dict[str, str], *, partial: bool
) -> Catalogue:
    """A catalogue, checked as one that is read."""
    if not symbols:
        raise CatalogueError("no name was found in it", path=made_of["name"], remedy="check what it is")
    told = {
        KEY: VERSION,
        "language": language.id,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": {key: value for key, value in made_of.items() if value},
        "partial": partial,
        "symbols": symbols,
    }
    return parse_catalogue(json.dumps(told).encode(), Path(made_of["name"]))


def save(catalogue: Catalogue, source: str, out: Path | None) -> Path:
    """Write a catalogue where it is wanted, by default where a workspace has its catalogues.

    Raises:
        UsageError: it cannot be written.

    """
    stem = re.sub(r"[^\w.-]+", "-", urlsplit(source).path.rpartition("/")[2] or catalogue.language)
    path = out or FOLDER / (f"{catalogue.language}-{stem.removesuffix(SUFFIX)}{SUFFIX}")
    if catalogue.source.fingerprint:
        # Who shares the catalogue has the source elsewhere, but mostly in the same place beside it.
        name = Path(os.path.relpath(catalogue.source.name, path.parent.resolve())).as_posix()
        catalogue = replace(catalogue, source=replace(catalogue.source, name=name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_catalogue(catalogue))
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be written: {error.strerror}", remedy="name another --out"
        ) from None
    return path
