"""Reads catalogues: names that stand in no text of a workspace, as JSON.

A catalogue comes with a bundle, lies in a workspace, or is made of a source such as a database. It is data
only, and anybody may have written it, so it is bounded: by bytes, by symbols, by nesting.
`grammars/README.md` has the format. Must not know where catalogues lie, nor what becomes of their names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from lsp_server.errors import CatalogueError, DocumentError
from lsp_server.opening import read_bytes

VERSION = 1

FOLDER = Path(".holegram", "catalogue")
"""Where a workspace has its catalogues."""

SUFFIX = ".json"

LARGEST = 64_000_000
"""Bytes of a catalogue: that of the largest Terraform provider, with its documentation, has a third."""

MOST_SYMBOLS = 400_000
"""Symbols of a catalogue, members included. The largest provider has some 150,000."""

_LARGEST_SOURCE = 400_000_000

_DEEPEST = 32
"""Members of members."""

KEY = "holegram-catalogue"
_KEYS = ConfigDict(extra="forbid")
_AGAIN = "make it anew with `holegram catalogue import`"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSymbol:
    """A name that a catalogue knows, with its members.

    Attributes:
        name: as it is written, without quotes and sigils.
        kind: what it names, in the words of `queries/locals.scm`.
        space: the namespace that it lives in; "" where that is called as the kind is.
        qualifier: what may be written before it to tell it from others of its name, as a schema does.
        type: its type, as a person is shown it.
        of: the space and the name of the type whose members it has.
        signature: how it is used, in one line; "" where type and arguments say it.
        documentation: what it is, as Markdown.
        deprecated: why it should not be used any more; "" where it may be.
        required: whether it has to stand wherever its owner does.
        once: whether it may stand only once in its owner.
        partial: whether it has members that are not here.
        members: its fields, columns, arguments.

    """

    __pydantic_config__: ClassVar[ConfigDict] = _KEYS

    name: str
    kind: str
    space: str = ""
    qualifier: str | None = None
    type: str = ""
    of: tuple[str, str] | None = None
    signature: str = ""
    documentation: str = ""
    deprecated: str = ""
    required: bool = False
    once: bool = False
    partial: bool = False
    members: tuple[CatalogueSymbol, ...] = field(default=(), repr=False)

    @property
    def lives_in(self) -> str:
        """Its namespace."""
        return self.space or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOf:
    """What a catalogue was made of.

    Attributes:
        kind: what that is, in words: `GraphQL introspection`.
        name: the path of a file, from the folder of the catalogue, or the address of a database; never a
            secret.
        fingerprint: tells whether a file is as it was: its SHA-256, in hexadecimal digits.
        version: what it says of its own version.

    """

    __pydantic_config__: ClassVar[ConfigDict] = _KEYS

    kind: str
    name: str = ""
    fingerprint: str = ""
    version: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class _CatalogueFile:
    """A catalogue as it is written, but for the version, which is looked at before all else."""

    __pydantic_config__: ClassVar[ConfigDict] = _KEYS

    language: str
    symbols: tuple[CatalogueSymbol, ...] = field(repr=False)
    made: str = ""
    source: MadeOf = MadeOf(kind="")
    partial: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Catalogue(_CatalogueFile):
    """What one file says.

    Attributes:
        language: the id of the language whose names these are.
        symbols: the names, but for those that are members of others.
        made: when, as ISO 8601 has it; "" where nobody says.
        source: what it was made of.
        partial: whether there are others of these kinds that it does not know.
        path: where it was read from.

    """

    path: Path | None = None


def read_catalogue(path: Path, *, within: Sequence[Path] = (), largest: int = LARGEST) -> Catalogue:
    """The catalogue in a file.

    Args:
        path: the file.
        within: folders, one of which must hold it once all links are followed.
        largest: how many bytes it may have.

    Raises:
        CatalogueError: it is missing, too large, no JSON, of another version, or says something wrong.

    """
    try:
        data = read_bytes(path, largest=largest, within=within)
    except DocumentError as error:
        raise CatalogueError(error.message, path=path, remedy=error.remedy) from None
    return parse_catalogue(data, path)


def parse_catalogue(data: bytes, path: Path) -> Catalogue:
    """The catalogue that some bytes are; `path` is named by errors.

    Raises:
        CatalogueError: as for `read_catalogue`.

    """
    told = _table(data, path)
    version = told.pop(KEY, None)
    if version != VERSION:
        said = "no catalogue" if version is None else f"a catalogue of version {str(version)[:20]}"
        raise CatalogueError(f"{said}, not of version {VERSION}", path=path, remedy=_AGAIN)
    _check_size(told.get("symbols"), path)
    try:
        read = _adapter().validate_python(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise CatalogueError(f"key '{where}': {first['msg']}", path=path, remedy=_AGAIN) from None
    return Catalogue(**vars(read), path=path)


def write_catalogue(catalogue: Catalogue) -> bytes:
    """A catalogue as its file has it: what is as by default is left out, and one symbol stands on a line."""
    head = {
        KEY: VERSION,
        "language": catalogue.language,
        "made": catalogue.made,
        "source": _told(catalogue.source),
        "partial": catalogue.partial,
    }
    lines = [f" {json.dumps(key)}: {_json(value)}," for key, value in head.items() if value]
    symbols = ",\n".join(f"  {_json(_told(symbol))}" for symbol in catalogue.symbols)
    return "\n".join(["{", *lines, ' "symbols": [', symbols, " ]", "}", ""]).encode()


def is_outdated(catalogue: Catalogue, within: Sequence[Path] = ()) -> bool:
    """Whether the file that a catalogue was made of is another one by now.

    Args:
        catalogue: as it was read from its own file.
        within: folders, in one of which that file must be to be looked at; by default it may be anywhere.

    """
    try:
        made = datetime.fromisoformat(catalogue.made).timestamp()
        if catalogue.path is None or source_time(catalogue) <= made:
            return False
        path = catalogue.path.parent / catalogue.source.name
        data = read_bytes(path, largest=_LARGEST_SOURCE, within=within)
    except (ValueError, DocumentError):
        return False
    return sha256(data).hexdigest() != catalogue.source.fingerprint


def source_time(catalogue: Catalogue) -> float:
    """When the file was written that a catalogue was made of, in seconds; 0 if there is none."""
    if not catalogue.source.fingerprint or catalogue.path is None:
        return 0.0
    try:
        return (catalogue.path.parent / catalogue.source.name).stat().st_mtime
    except (OSError, ValueError):
        return 0.0


def told_outdated(catalogue: Catalogue) -> str:
    """What is told of a catalogue whose source is newer, in one line."""
    path, source = catalogue.path, catalogue.source.name
    return f"{path}: its source {source} is newer ({_AGAIN})"


def every(symbols: Iterable[CatalogueSymbol]) -> Iterator[CatalogueSymbol]:
    """Some symbols, with all members of each behind it."""
    for symbol in symbols:
        yield symbol
        yield from every(symbol.members)


def _table(data: bytes, path: Path) -> dict[str, Any]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise CatalogueError(f"not JSON: {reason}", path=path, remedy=_AGAIN) from None
    if not isinstance(told, dict):
        raise CatalogueError("no catalogue: not an object", path=path, remedy=_AGAIN)
    return told


def _check_size(symbols: object, path: Path) -> None:
    """Refuse what would take too much memory before anything is made of it."""
    count, level = 0, [symbols]
    for _ in range(_DEEPEST):
        found = [one for symbols in level if isinstance(symbols, list) for one in symbols]
        count += len(found)
        if count > MOST_SYMBOLS:
            raise CatalogueError(
                f"has more than {MOST_SYMBOLS:,} symbols", path=path, remedy="import less, in several files"
            )
        level = [one["members"] for one in found if isinstance(one, dict) and one.get("members")]
        if not level:
            return
    raise CatalogueError(f"has members of members, {_DEEPEST} deep", path=path, remedy=_AGAIN)


@cache
def _adapter() -> TypeAdapter[_CatalogueFile]:
    return TypeAdapter(_CatalogueFile)


_Record = TypeVar("_Record", CatalogueSymbol, MadeOf)


def _told(record: _Record) -> dict[str, Any]:
    """What a record says beyond its defaults."""
    found: dict[str, Any] = {}
    for name in record.__slots__:
        value = getattr(record, name)
        if name == "members":
            value = [_told(member) for member in value]
        if value:
            found[name] = value
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
