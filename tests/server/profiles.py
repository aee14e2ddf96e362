"""What `test_profiles` asks about, and what it compares: answers in the ways in which a client takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from tests.server.conftest import Editor

PROFILES = (
    "emacs@29.1",
    "neovim@0.6.1",
    "neovim@0.7.0",
    "neovim@0.8.0",
    "neovim@0.9.1",
    "neovim@0.10.0",
    "neovim@0.11.0",
    "visual-studio-code@1.65.2",
)

BOOK = '"""Books."""\ntype Book {\n  title: String\n  kind: Kind\n}\n\nenum Kind { NOVEL }\n'
QUERY = '''type Query { "𝒳" book: Book, shelf(k: Kind): Int }

query Q {
  book { title kind }
}

"""
Lines
"""
scalar S
'''
BROKEN = "a = {\n  b = [1, 2\n}\n"

_COLUMN = {"utf-8": 20, "utf-16": 18, "utf-32": 17}
"""Of `book` in the first line of the query."""


def query(editor: Editor) -> str:
    return editor.open(QUERY, "a.graphql", "graphql")


def document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


def at(line: int, column: int) -> types.Position:
    return types.Position(line, column)


def span(line: int, start: int, end: int) -> types.Range:
    return types.Range(at(line, start), at(line, end))


def defined(editor: Editor) -> types.Range:
    """Where the field `book` is defined, in the client's columns."""
    assert editor.capabilities.position_encoding is not None
    column = _COLUMN[editor.capabilities.position_encoding]
    return span(0, column, column + 4)


def pulls(editor: Editor) -> bool:
    return editor.can("text_document.diagnostic") is not None


def documentation(editor: Editor, item: types.CompletionItem) -> str:
    """The documentation of an entry without its markup, which the client must know."""
    formats = editor.can("text_document.completion.completion_item.documentation_format")
    if not formats:
        assert isinstance(item.documentation, str)
        return item.documentation
    assert isinstance(item.documentation, types.MarkupContent)
    assert item.documentation.kind is formats[0] is types.MarkupKind.Markdown
    return without_markup(item.documentation.value)


def without_markup(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.startswith("```"))
    return "\n".join(lines).replace("**", "")


def nested(symbols: Sequence[types.DocumentSymbol]) -> Iterator[types.DocumentSymbol]:
    for symbol in symbols:
        yield symbol
        yield from nested(symbol.children or ())


def outwards(selection: types.SelectionRange | None) -> Iterator[types.Range]:
    while selection is not None:
        yield selection.range
        selection = selection.parent


def decoded(editor: Editor, data: Sequence[int]) -> Iterator[tuple[int, int, int, str]]:
    """Line, column, length and type of each token."""
    offered = editor.capabilities.semantic_tokens_provider
    assert offered is not None
    line = column = 0
    for lines, columns, length, kind, _ in zip(*[iter(data)] * 5, strict=True):
        line, column = line + lines, columns if lines else column + columns
        yield line, column, length, offered.legend.token_types[kind]


def changes(editor: Editor, edit: types.WorkspaceEdit | None) -> dict[str, list[types.TextEdit]]:
    """What an edit does to each document, which is said in the way that the client takes."""
    assert edit is not None
    if not editor.can("workspace.workspace_edit.document_changes"):
        assert edit.document_changes is None
        return {uri: list(edits) for uri, edits in (edit.changes or {}).items()}
    assert edit.changes is None
    found: dict[str, list[types.TextEdit]] = {}
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        opened = change.text_document.uri in editor.opened()
        assert (change.text_document.version is not None) is opened
        found[change.text_document.uri] = [one for one in change.edits if isinstance(one, types.TextEdit)]
    return found
