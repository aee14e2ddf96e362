"""Reads the rules by which catalogues of a language are made: `sources.toml` of its bundle.

Each `[[source]]` tells of one kind of source. Which keys it has tells what that is:

- `when` is a JMESPath expression that finds something in a JSON file of this kind. `[[source.rule]]` makes
  symbols: `each` finds a list, or with `keyed` an object, whose entries are then `{key, value}`; `where` says
  which of them count; `symbol` has an expression for each key of a symbol; `members` names the rules for what
  an entry has itself. Rules that are `top` are put to the whole file.
- `schemes` are those of the URLs of a database, `queries` are SQL. Each row is a symbol, as one value of
  JSON.
- `suffixes` are those of RDF files, `terms` is SPARQL. Each row is a term: `?term` is its IRI, what else is
  bound are keys of a symbol. They are members of their prefixes, which are symbols of the kind `owners`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lsp_server.errors import ManifestError
from lsp_server.languages.language import Language
from lsp_server.languages.tables import parse_toml, read_file

SOURCES = "sources.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SymbolRule(_Strict):
    """Makes symbols of the entries that an expression finds."""

    id: str
    each: str
    symbol: dict[str, str | list[str]]
    where: str | None = None
    keyed: bool = False
    top: bool = False
    members: Annotated[tuple[str, ...], Field(strict=False)] = ()


@dataclass(frozen=True, slots=True)
class JsonSource:
    """A kind of JSON file: `when` finds something in one, `version` its own version."""

    kind: str
    when: str
    version: str | None
    rules: Mapping[str, SymbolRule] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DatabaseSource:
    """A kind of database, by the schemes of its URLs."""

    kind: str
    schemes: tuple[str, ...]
    queries: tuple[str, ...] = field(repr=False)
    version: str | None = None


@dataclass(frozen=True, slots=True)
class RdfSource:
    """A vocabulary in RDF, by the suffixes of its files."""

    kind: str
    suffixes: tuple[str, ...]
    terms: str = field(repr=False)
    owners: str = "prefix"


ImportSource = JsonSource | DatabaseSource | RdfSource


class _Source(_Strict):
    kind: str
    when: str | None = None
    version: str | None = None
    rule: list[SymbolRule] = []
    schemes: Annotated[tuple[str, ...], Field(strict=False)] = ()
    queries: Annotated[tuple[str, ...], Field(strict=False)] = ()
    suffixes: Annotated[tuple[str, ...], Field(strict=False)] = ()
    terms: str | None = None
    owners: str = "prefix"


class _Sources(_Strict):
    source: list[_Source] = []


def read_sources(language: Language) -> tuple[ImportSource, ...]:
    """The kinds of sources of which catalogues of a language can be made; none where its bundle has no rules.

    Raises:
        ManifestError: the rules are not TOML, or have a wrong or unknown key.

    """
    path = language.directory / SOURCES
    if not path.is_file():
        return ()
    table = parse_toml(path, read_file(path, language.directory))
    try:
        told = _Sources.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ManifestError(f"key '{where}': {first['msg']}", path=path, remedy="correct its value") from None
    return tuple(_read(source, path) for source in told.source)


def _read(source: _Source, path: Path) -> ImportSource:
    if source.when is not None:
        rules = {rule.id: rule for rule in source.rule}
        for rule in rules.values():
            for name in rule.members:
                if name not in rules:
                    raise ManifestError(
                        f"source '{source.kind}': no rule '{name}'", path=path, remedy="correct its id"
                    )
        return JsonSource(source.kind, source.when, source.version, MappingProxyType(rules))
    if source.schemes:
        return DatabaseSource(source.kind, source.schemes, source.queries, source.version)
    if source.terms is not None:
        return RdfSource(source.kind, source.suffixes, source.terms, source.owners)
    raise ManifestError(
        f"source '{source.kind}': is of no kind that is known",
        path=path,
        remedy="give it when, schemes, or suffixes and terms",
    )
