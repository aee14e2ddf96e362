"""Judges of references for `holegram eval names --by`, which share nothing with the product.

Each takes the texts of a project by name, and the name of one. It gives the spans of the references in that
text, and whether what each names is declared; or None where it cannot read the text. They are graphql-core,
pglast, and pyoxigraph; for Terraform, expressions that collect declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Any

Reference = tuple[int, int, bool]

_BLOCK = re.compile(r'^(\w+)[ \t]+"?([\w-]+)"?(?:[ \t]+"?([\w-]+)"?)?[ \t]*\{', re.MULTILINE)
_LOCALS = re.compile(r"^locals[ \t]*\{", re.MULTILINE)
_ROOTED = re.compile(r"(?<![\w.-])(var|local|module)\.([\w-]+)")
_TYPED = re.compile(r"(?<![\w.-])(data\.)?([a-z][a-z0-9]*(?:_\w+)+)\.([A-Za-z_][\w-]*)")


def hcl(texts: Mapping[str, str], name: str) -> list[Reference]:
    """Variables, locals, modules, resources and data of Terraform."""
    folder = PurePosixPath(name).parent
    declared: set[tuple[str, ...]] = set()
    for other, text in texts.items():
        if PurePosixPath(other).parent == folder:
            declared |= _declared(text)
    text = texts[name]
    types = {one[1] for one in declared if one[0] == "resource"}
    found = [(one.start(2), one.end(2), (one[1], one[2]) in declared) for one in _ROOTED.finditer(text)]
    for match in _TYPED.finditer(text):
        if match[1] or match[2] in types:
            kind = "data" if match[1] else "resource"
            found.append((match.start(3), match.end(3), (kind, match[2], match[3]) in declared))
    return sorted(found)


@cache
def _declared(text: str) -> frozenset[tuple[str, ...]]:
    kinds = {"variable": "var", "module": "module"}
    blocks = {
        (match[1], match[2], match[3]) if match[3] else (kinds.get(match[1], match[1]), match[2])
        for match in _BLOCK.finditer(text)
    }
    return frozenset(blocks | {("local", name) for name in _locals(text)})


def _locals(text: str) -> Iterator[str]:
    for match in _LOCALS.finditer(text):
        depth, line = 1, ""
        for row in text[match.end() :].split("\n"):
            line = re.sub(r'"(?:[^"\\]|\\.)*"', '""', row.partition("#")[0])
            found = re.match(r"[ \t]*([\w-]+)[ \t]*=(?!=)", line)
            if depth == 1 and found:
                yield found[1]
            depth += sum(line.count(c) for c in "{[(") - sum(line.count(c) for c in "}])")
            if depth < 1:
                break


def sparql(texts: Mapping[str, str], name: str) -> list[Reference]:
    """Prefixes, as pyoxigraph reads the prologue."""
    text = texts[name]
    plain = re.sub(r'"""(?:.|\n)*?"""|"[^"\n]*"|\'[^\'\n]*\'|<[^<>"{}|^`\\\s]*>|#[^\n]*', _blank, text)
    declared = frozenset(re.findall(r"(?i)\bprefix\s+([\w.-]*):\s*(?=<)", re.sub(r"#[^\n]*", "", text)))
    return [
        (match.start(1), match.end(1) or match.end(1) + 1, _is_prefix(match[1], declared))
        for match in re.finditer(r"(?<![\w:?$.@^<-])([A-Za-z][\w.-]*|):(?=[\w\\%:]|\s|[.;,)\]|/*+?])", plain)
        if not re.search(r"(?i)prefix\s+$", plain[: match.start()])
    ]


@cache
def _is_prefix(name: str, declared: frozenset[str]) -> bool:
    import pyoxigraph

    prologue = "".join(f"PREFIX {one}: <http://example.org/>\n" for one in sorted(declared))
    try:
        pyoxigraph.Store().query(f"{prologue}ASK {{ {name}:a {name}:b {name}:c }}")
    except SyntaxError:
        return False
    return True


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


_SPECIFIED = {
    "Int",
    "Float",
    "String",
    "Boolean",
    "ID",
    "@include",
    "@skip",
    "@deprecated",
    "@specifiedBy",
    "@oneOf",
}


def graphql(texts: Mapping[str, str], name: str) -> list[Reference] | None:
    """Types, fragments, directives and variables, as graphql-core reads them."""
    document = _graphql(texts[name])
    if document is None:
        return None
    declared = set(_SPECIFIED)
    for text in texts.values():
        declared |= _graphql_declared(text)
    schema = _graphql_schema(tuple(sorted(set(texts.values()))))
    return sorted([*_graphql_references(document, declared), *_graphql_fields(document, schema)])


@cache
def _graphql_schema(texts: tuple[str, ...]) -> Any:
    """The schema that the texts make together; None where they make none."""
    from graphql import (
        DocumentNode,
        TypeSystemDefinitionNode,
        TypeSystemExtensionNode,
        build_ast_schema,
        extend_schema,
    )

    documents = [document for text in texts if (document := _graphql(text)) is not None]
    nodes = [node for document in documents for node in document.definitions]
    try:
        own = tuple(node for node in nodes if isinstance(node, TypeSystemDefinitionNode))
        schema = build_ast_schema(DocumentNode(definitions=own), assume_valid=True)
        more: tuple[Any, ...] = tuple(node for node in nodes if isinstance(node, TypeSystemExtensionNode))
        return extend_schema(schema, DocumentNode(definitions=more), assume_valid=True)
    except (TypeError, KeyError, ValueError):
        return None


def _graphql_fields(document: Any, schema: Any) -> Iterator[Reference]:
    """The fields whose type is known."""
    from graphql import TypeInfo, TypeInfoVisitor, Visitor, visit

    found: list[Reference] = []
    if schema is None:
        return
    types = TypeInfo(schema)

    class Collector(Visitor):
        def enter_field(self, node: Any, *_: object) -> None:
            fields = getattr(types.get_parent_type(), "fields", None)
            if fields is not None:
                name = node.name
                found.append(
                    (name.loc.start, name.loc.end, name.value in fields or name.value == "__typename")
                )

    visit(document, TypeInfoVisitor(types, Collector()))
    yield from found


@cache
def _graphql(text: str) -> Any:
    from graphql import GraphQLError, parse

    try:
        return parse(text)
    except GraphQLError:
        return None


@cache
def _graphql_declared(text: str) -> frozenset[str]:
    document = _graphql(text)
    if document is None:  # as it stands with a mistake: what can be told of it
        return frozenset(
            re.findall(r"^\s*(?:type|interface|union|enum|input|scalar)\s+(\w+)", text, re.MULTILINE)
        )
    signs = {"directive_definition": "@", "fragment_definition": "..."}
    return frozenset(
        signs.get(one.kind, "") + one.name.value
        for one in document.definitions
        if one.kind.endswith(("_definition",))
        and one.kind != "operation_definition"
        and getattr(one, "name", None)
    )


def _graphql_references(document: Any, declared: set[str]) -> Iterator[Reference]:
    from graphql import Visitor, visit

    found: list[Reference] = []

    def add(node: Any, name: str) -> None:
        found.append((node.name.loc.start, node.name.loc.end, name in declared))

    class Collector(Visitor):
        def enter_operation_definition(self, node: Any, *_: object) -> None:
            declared.difference_update([one for one in declared if one.startswith("$")])
            declared.update(f"${one.variable.name.value}" for one in node.variable_definitions or ())

        def enter_named_type(self, node: Any, *_: object) -> None:
            add(node, node.name.value)

        def enter_fragment_spread(self, node: Any, *_: object) -> None:
            add(node, f"...{node.name.value}")

        def enter_directive(self, node: Any, *_: object) -> None:
            add(node, f"@{node.name.value}")

        def enter_variable(self, node: Any, *_: object) -> None:
            if node.name.value:
                add(node, f"${node.name.value}")

    visit(document, Collector())
    yield from found


def postgres(texts: Mapping[str, str], name: str) -> list[Reference] | None:
    """Tables, as pglast reads them."""
    found = _tables(texts[name])
    if found is None:
        return None
    declared = {one for text in texts.values() for one in (_tables(text) or (None, frozenset()))[1]}
    return [(at, at + len(table), table.lower() in declared) for at, table in found[0]]


@cache
def _tables(text: str) -> tuple[tuple[tuple[int, str], ...], frozenset[str]] | None:
    import pglast
    from pglast.visitors import Visitor

    used: list[tuple[int, str]] = []
    declared: set[str] = set()

    class Collector(Visitor):
        def visit_CreateStmt(self, _: object, node: Any) -> None:  # noqa: N802
            declared.add(node.relation.relname)

        def visit_ViewStmt(self, _: object, node: Any) -> None:  # noqa: N802
            declared.add(node.view.relname)

        def visit_CreateTableAsStmt(self, _: object, node: Any) -> None:  # noqa: N802
            declared.add(node.into.rel.relname)

        def visit_CommonTableExpr(self, _: object, node: Any) -> None:  # noqa: N802
            declared.add(node.ctename)

        def visit_RangeVar(self, _: object, node: Any) -> None:  # noqa: N802
            if not node.schemaname:
                used.append((node.location, node.relname))

    try:
        Collector()(pglast.parse_sql(text))
    except pglast.parser.ParseError:
        return None
    encoded = text.encode()
    return tuple((len(encoded[:at].decode()), table) for at, table in used), frozenset(declared)
