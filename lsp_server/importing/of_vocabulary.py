"""Reads an RDF vocabulary into symbols, by rules in SPARQL. The only module that knows rdflib."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from lsp_server.errors import CatalogueError, UsageError
from lsp_server.languages.imports import RdfSource

_FORMATS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".owl": "xml", ".xml": "xml", ".jsonld": "json-ld"}
_FLAGS = frozenset({"required", "once", "partial"})


def symbols_of(source: RdfSource, data: bytes, path: Path) -> list[dict[str, Any]]:
    """The terms of a vocabulary, as members of their prefixes.

    Raises:
        CatalogueError: the file is not in its format, or the rule is wrong.
        UsageError: rdflib is not installed.

    """
    try:
        from rdflib import Graph
        from rdflib.query import ResultRow
    except ImportError:
        raise UsageError("rdflib is not installed", remedy='pip install "holegram[rdf]"') from None
    graph = Graph()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph.parse(data=data, format=_FORMATS.get(path.suffix, "turtle"))
            rows = [row for row in graph.query(source.terms) if isinstance(row, ResultRow)]
    except Exception as error:
        # Each parser of rdflib has errors of its own.
        reason = " ".join(str(error).split())[:200]
        raise CatalogueError(f"cannot be read: {reason}", path=path, remedy="check the file") from None
    prefixes = sorted(graph.namespaces(), key=lambda pair: -len(pair[1]))
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = {str(key): str(value) for key, value in row.asdict().items()}
        iri = told.pop("term", "")
        for prefix, start in prefixes:
            if iri.startswith(start) and len(iri) > len(start):
                owner = found.setdefault(
                    prefix, {"name": prefix, "kind": source.owners, "type": f"<{start}>", "members": {}}
                )
                symbol: dict[str, Any] = {"name": iri[len(start) :], **told}
                for flag in _FLAGS & symbol.keys():
                    symbol[flag] = symbol[flag] == "true"
                owner["members"].setdefault(symbol["name"], symbol)
                break
    return [{**owner, "members": list(owner["members"].values())} for owner in found.values()]
