"""The entries of a completion list, so that every editor shows them and puts them in the right place.

An editor keeps an entry only while its filter text continues what its range holds, and some take all
entries of a list to begin where one does. So all of them begin at the same place, and repeat what stands
between that and the cursor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.features.constructs import construct_named, shown
from lsp_server.features.hover import plain
from lsp_server.features.lists.entry import Entry, Origin
from lsp_server.languages import Builtin, Language, Registry, Snippet
from lsp_server.names.known import ListedName, Mention, mention_of
from lsp_server.names.occurrences import MemberPath
from lsp_server.server.convert.kinds import KnownEntries, entry_kind, name_kind
from lsp_server.server.convert.positions import range_of
from lsp_server.text import Encoding, Snapshot, Span

if TYPE_CHECKING:
    from lsp_server.features.completion import Suggestion

_LANGUAGE, _BUILTIN, _SNIPPET = "language", "builtin", "snippet"

_KIND = MappingProxyType(
    {
        Origin.TYPED: types.CompletionItemKind.Text,
        Origin.NAME: types.CompletionItemKind.Value,
        Origin.POSSIBLE: types.CompletionItemKind.Value,
        Origin.KEYWORD: types.CompletionItemKind.Keyword,
        Origin.SIGN: types.CompletionItemKind.Operator,
        Origin.BUILTIN: types.CompletionItemKind.Value,
        Origin.SNIPPET: types.CompletionItemKind.Snippet,
        Origin.WORD: types.CompletionItemKind.Text,
        Origin.MODEL: types.CompletionItemKind.Text,
    }
)
_DETAIL = MappingProxyType(
    {
        Origin.TYPED: "as typed",
        Origin.KEYWORD: "keyword",
        Origin.WORD: "word of a file",
        Origin.MODEL: "suggested word",
    }
)
_LABEL_LENGTH = 60
_WORD_REACH = 1000
"""Characters before the cursor in which the start of a word is looked for."""


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where the entries of one list begin, in a version of a document.

    Attributes:
        start: an offset; each entry replaces what stands from there to the end of its own span.
        markdown: whether the client shows documentation as Markdown.
        kinds: the kinds of entries that the client shows.
        snippets: whether the client takes constructs with places to fill.
        strikes: whether it strikes through what is deprecated.

    """

    snapshot: Snapshot
    language: Language
    start: int
    encoding: Encoding
    markdown: bool = False
    kinds: KnownEntries = frozenset(types.CompletionItemKind)
    snippets: bool = False
    strikes: bool = False

    def indent(self, offset: int) -> str:
        """How far the line of an offset is indented."""
        text = self.snapshot.text
        line = text.rfind("\n", 0, offset) + 1
        return text[line : line + len(text[line:offset]) - len(text[line:offset].lstrip(" \t"))]

    def edit(self, text: str, span: Span) -> types.TextEdit:
        """Put a text in place of a span, from where the list begins."""
        whole = self.snapshot.text[self.start : span.start] + text
        return types.TextEdit(range_of(self.snapshot.lines, Span(self.start, span.end), self.encoding), whole)


def list_start(snapshot: Snapshot, language: Language, offset: int, found: Iterable[Entry]) -> int:
    """Where a list for a cursor begins: where the word does, as the bundle or an entry has it."""
    return min(word_start(snapshot, language, offset), *(entry.span.start for entry in found), offset)


def items_of(
    place: ListPlace,
    entries: Sequence[Entry],
    suggested: Sequence[Suggestion],
    names: Mapping[str, ListedName],
) -> list[types.CompletionItem]:
    """All entries of a list: what is typed if it is complete, whole suggestions, then all others in order.

    So who goes on typing, or begins a new line, changes nothing. Where a suggestion is no more than an entry,
    it is left out.
    """
    listed = [entry_item_of(place, entry, names.get(entry.candidate or "")) for entry in entries]
    texts = {place.edit(entry.text, entry.span).new_text for entry in entries}
    more = [
        suggestion_item_of(place, item.text, Span(item.start, item.end))
        for item in suggested
        if place.edit(item.text, Span(item.start, item.end)).new_text not in texts
    ]
    typed = 1 if entries and entries[0].origin.is_typed else 0
    found = [*listed[:typed], *more, *listed[typed:]]
    for rank, item in enumerate(found):
        item.sort_text = f"{rank:04}"
    return found


def suggestion_item_of(place: ListPlace, text: str, span: Span) -> types.CompletionItem:
    """An entry that the model suggests; its documentation is all of its text.

    A client that is not told that it is plain text may take a `$` in it for a place to fill in.
    """
    edit = place.edit(text, span)
    return types.CompletionItem(
        label=label_of(edit.new_text),
        kind=types.CompletionItemKind.Text,
        detail="suggested line",
        documentation=_shown(edit.new_text, place),
        filter_text=filter_of(edit.new_text),
        text_edit=edit,
        insert_text_format=types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AsIs,
    )


def entry_item_of(place: ListPlace, entry: Entry, name: ListedName | None = None) -> types.CompletionItem:
    """An entry of the grammar, of names, or of words; `name` is what is known of it."""
    edit = place.edit(entry.text, entry.span)
    data: dict[str, object] = {_LANGUAGE: place.language.id}
    kind, detail, deprecated = _KIND[entry.origin], _DETAIL.get(entry.origin), False
    label, filter_text, format_ = entry.text.strip(), edit.new_text, types.InsertTextFormat.PlainText
    if name is not None:
        kind, detail, deprecated = name_kind(name.place.occurrence.kind), name.detail, name.deprecated
        data |= asdict(mention_of(name.place))
    elif isinstance(entry.about, Builtin):
        kind, detail = name_kind(entry.about.kind), entry.about.signature or entry.about.kind
        data |= {_BUILTIN: entry.about.name, "kind": entry.about.kind}
    elif isinstance(entry.about, Snippet):
        label, detail = entry.about.name, label_of(entry.about.plain)
        data[_SNIPPET] = label
        text = entry.about.plain
        if place.snippets:
            text, format_ = entry.about.text, types.InsertTextFormat.Snippet
        indent = place.indent(entry.span.start)
        filter_text = place.edit(label, entry.span).new_text
        edit = place.edit(text.replace("\n", f"\n{indent}"), entry.span)
    return types.CompletionItem(
        label=label,
        kind=entry_kind(kind, place.kinds),
        detail=detail,
        filter_text=filter_of(filter_text),
        text_edit=edit,
        insert_text_format=format_,
        insert_text_mode=types.InsertTextMode.AsIs,
        data=data,
        tags=[types.CompletionItemTag.Deprecated] if deprecated and place.strikes else None,
    )


def about(item: types.CompletionItem, languages: Registry) -> tuple[Language, Mention | None] | None:
    """The language of an entry of ours, and the name that it is for; a fixed lexeme is for none."""
    match item.data:
        case {"language": str(told), **more}:
            language = next((language for language in languages.languages if language.id == told), None)
        case _:
            return None
    match more:
        case {"uri": str(uri), "name": str(name), "offset": int(offset), **more}:
            mention: Mention | None = Mention(uri, name, offset, _path(more.get("path")))
        case _:
            mention = None
    return None if language is None else (language, mention)


def _path(told: object) -> MemberPath:
    """A path that a client sends back, if it is one."""
    pairs = told if isinstance(told, list) else []
    return tuple((str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2)


def documentation_of(language: Language, item: types.CompletionItem) -> str | None:
    """What a bundle says of a builtin, a snippet or a fixed lexeme, as Markdown."""
    match item.data:
        case {"builtin": str(name), "kind": str(kind)}:
            told = next((b for b in language.builtins if (b.name, b.kind) == (name, kind)), None)
            if told is not None:
                signature = f"```{language.id}\n{told.signature}\n```\n\n" if told.signature else ""
                return signature + told.about
        case {"snippet": str(name)}:
            made = next((one for one in language.snippets if one.name == name), None)
            if made is not None:
                return f"{made.about}\n\n```{language.id}\n{made.plain}\n```"
    construct = construct_named(language, item.label)
    return None if construct is None else shown(construct)


def documented(item: types.CompletionItem, text: str | None, *, markdown: bool) -> types.CompletionItem:
    """An entry with its documentation, which is Markdown; as it was where there is none.

    A client that shows no Markdown need not know of markup at all, and gets a string.
    """
    if text is not None:
        item.documentation = markup_of(text, markdown=True) if markdown else plain(text)
    return item


def markup_of(text: str, *, markdown: bool) -> types.MarkupContent:
    """Markdown, or its plain text."""
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.MarkupContent(kind, text if markdown else plain(text))


def word_start(snapshot: Snapshot, language: Language, offset: int) -> int:
    """Where the word that touches an offset from the left begins; the offset itself if none does."""
    line, _ = snapshot.lines.position(offset)
    start = max(snapshot.lines.start_of(line), offset - _WORD_REACH)
    for match in re.finditer(language.word, snapshot.text[start:offset]):
        if start + match.end() == offset and match.group():
            return start + match.start()
    return offset


def filter_of(text: str) -> str:
    """What an editor compares with what is typed: the first word of an entry.

    With more than that the entry would stay when a blank is typed behind a word, and be what Enter takes.
    """
    return next(iter(text.split()), text)


def label_of(text: str) -> str:
    """One short line for a text of several."""
    line, *more = text.strip().splitlines() or [""]
    cut = line[:_LABEL_LENGTH].rstrip()
    return f"{cut} …" if more or cut != line.rstrip() else cut


def _shown(text: str, place: ListPlace) -> str | types.MarkupContent:
    """A text as documentation: as it is, or as a block of code where the client shows Markdown."""
    if not place.markdown:
        return text
    fence = "`" * max([3, *(1 + len(run) for run in re.findall("`+", text))])
    block = f"{fence}{place.language.id}\n{text}\n{fence}"
    return types.MarkupContent(types.MarkupKind.Markdown, block)
