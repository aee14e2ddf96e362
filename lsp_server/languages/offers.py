"""What a language brings for a completion list: names (`builtins.toml`), constructs (`snippets.toml`).

`builtins.toml` has a table for each kind of name. An entry is what explains the name, or a table with its
`signature` too, which begins with the name or the bracket behind it. `where` says, for a kind or in an entry,
in the place of which other kinds it may stand too:

    where = { function = ["column"] }

    [function]
    lower = { signature = "(text) -> text", about = "The text in lower case." }

`then = { function = "(" }` says what may follow a name of a kind, `within = { function = "a = <|>" }` a text,
or a list of some, in which one may stand at the mark. With `qualifier = ":"`, what stands before a colon in a
name must be known where the name is to stand. `space = { scalar = "type" }` says in which space the names of
a kind are looked for, as `local.space` does in a query, and `memberless = ["scalar"]` of which kinds nothing
is a member.

`snippets.toml` has a table for each construct, by the name under which it is found. `text` is in the snippet
syntax of LSP, `within` a text, or a list of some, in which it may stand at the mark:

    [assignment]
    about = "Gives a name a value."
    text = '${1:name} = ${2:1};'

Must not know what a grammar takes: `inspection` looks at that.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lsp_server.errors import ManifestError
from lsp_server.languages.cases import CURSOR
from lsp_server.languages.tables import lines_of, parse_toml, read_file

BUILTINS = "builtins.toml"
SNIPPETS = "snippets.toml"

_WHERE, _THEN, _WITHIN, _SPACE = "where", "then", "within", "space"
_QUALIFIER, _MEMBERLESS = "qualifier", "memberless"
_SETTINGS = (_WHERE, _THEN, _WITHIN, _SPACE, _QUALIFIER, _MEMBERLESS)
_EXAMPLES = {
    _WHERE: 'where = { function = ["column"] }',
    _THEN: 'then = { function = "(" }',
    _WITHIN: f'within = {{ block = "{CURSOR}" }}',
    _SPACE: 'space = { scalar = "type" }',
}
_KIND = re.compile(r"[a-z][a-z_-]*")

_Lines = Mapping[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a builtin may stand.

    Attributes:
        where: the spaces of the names in whose place it may, its own first.
        then: what is written behind one: it stands where the grammar takes it with that; "" for nothing.
        needs: a name that must be known there, as the prefix of `xsd:date`; "" where there is none.
        within: texts in one of which it may stand at the mark; none where that does not matter.

    """

    where: tuple[str, ...]
    then: str = ""
    needs: str = ""
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Builtin:
    """A name that the language itself brings, as it is written, with its sigil.

    Attributes:
        name: the name; several words where the language writes it so.
        kind: what it names, in the words of `queries/locals.scm`.
        signature: how it is used, in one line; "" where there is nothing to say.
        about: what it is, as Markdown.
        stands: where it may stand.
        line: where it is in its file, from 1.
        memberless: whether nothing is a member of it.

    """

    name: str
    kind: str
    signature: str
    about: str
    stands: Stands
    line: int = 0
    memberless: bool = False

    @property
    def space(self) -> str:
        """In which it is looked for: that of its kind."""
        return self.stands.where[0]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A whole construct with places to fill.

    Attributes:
        name: under which it is found.
        text: the construct, in the snippet syntax of LSP.
        about: what it is, as Markdown.
        within: texts in which it may stand at the mark; by itself in a file, and anywhere, if there are none.
        line: where it is in its file, from 1.

    """

    name: str
    text: str
    about: str
    within: tuple[str, ...] = ()
    line: int = 0

    @property
    def plain(self) -> str:
        """The construct with each place filled with its default."""
        return plain_text(self.text)

    @property
    def placed(self) -> tuple[str, ...]:
        """The construct, plain, in each text in which it may stand, or by itself."""
        return tuple(map(self._placed, self.within or (CURSOR,)))

    def _placed(self, within: str) -> str:
        """With its lines indented as the mark is."""
        before, _, after = within.partition(CURSOR)
        line = before.rpartition("\n")[2]
        indent = line[: len(line) - len(line.lstrip())]
        return before + self.plain.replace("\n", f"\n{indent}") + after


def read_builtins(path: Path) -> tuple[Builtin, ...]:
    """The builtins that a file tells of, in its order; none where there is no such file.

    Raises:
        ManifestError: it is not TOML, or has a wrong or unknown key.

    """
    lines, table = _read(path)
    kinds = {name: entries for name, entries in table.items() if name not in _SETTINGS}
    where = _by_kind(path, lines, table, _WHERE, kinds)
    then = _by_kind(path, lines, table, _THEN, kinds)
    within = _by_kind(path, lines, table, _WITHIN, kinds)
    space = _by_kind(path, lines, table, _SPACE, kinds)
    sign, memberless = table.get(_QUALIFIER, ""), table.get(_MEMBERLESS, [])
    for key, is_right in ((_QUALIFIER, _is_text(sign)), (_MEMBERLESS, _is_kinds(memberless))):
        if not is_right:
            what = "a text" if key == _QUALIFIER else "a list of kinds"
            raise ManifestError(
                f"key '{key}': not {what}", path=path, line=lines.get((key,)), remedy="correct its value"
            )
    _must_be_tables(path, lines.get((_MEMBERLESS,)), _MEMBERLESS, memberless, kinds)
    stands = {
        kind: Stands(
            (space.get(kind, kind), *where.get(kind, ())),
            then.get(kind, ""),
            within=_texts(within.get(kind, ())),
        )
        for kind in kinds
    }
    found = (
        replace(builtin, memberless=kind in memberless)
        for kind, entries in kinds.items()
        for builtin in _builtins(path, lines, kind, entries, stands[kind])
    )
    return tuple(_qualified(builtin, sign) for builtin in found)


def _qualified(builtin: Builtin, sign: str) -> Builtin:
    """A builtin with what it needs, if it holds a sign."""
    if not sign or sign not in builtin.name:
        return builtin
    return replace(builtin, stands=replace(builtin.stands, needs=builtin.name.partition(sign)[0]))


def read_snippets(path: Path) -> tuple[Snippet, ...]:
    """The snippets that a file tells of, in its order; none where there is no such file.

    Raises:
        ManifestError: it is not TOML, has a wrong or unknown key, or a text that is no snippet.

    """
    lines, table = _read(path)
    return tuple(_snippet(path, lines.get((name,), 0), name, entry) for name, entry in table.items())


def _read(path: Path) -> tuple[_Lines, dict[str, Any]]:
    if not path.is_file():
        return {}, {}
    text = read_file(path, path.parent)
    return lines_of(text), parse_toml(path, text)


def _by_kind(
    path: Path, lines: _Lines, table: Mapping[str, Any], key: str, kinds: Iterable[str]
) -> dict[str, Any]:
    """What a key says for some of the kinds: the spaces `where` names of one may stand, or a text."""
    told, line = table.get(key, {}), lines.get((key,))
    right = {_WHERE: _is_kinds, _THEN: _is_text, _WITHIN: _has_mark, _SPACE: _is_text}[key]
    if not isinstance(told, dict) or not all(map(right, told.values())):
        raise _wrong(key, path, line, _EXAMPLES[key])
    _must_be_tables(path, line, key, told, kinds)
    return told


def _must_be_tables(
    path: Path, line: int | None, key: str, named: Iterable[str], kinds: Iterable[str]
) -> None:
    for kind in named:
        if kind not in kinds:
            raise ManifestError(
                f"key '{key}': no table [{kind}]", path=path, line=line, remedy=_nearest(kind, kinds)
            )


def _is_kinds(told: object) -> bool:
    return isinstance(told, list) and all(isinstance(kind, str) for kind in told)


def _is_text(told: object) -> bool:
    return isinstance(told, str)


def _has_mark(told: object) -> bool:
    if isinstance(told, list):
        return bool(told) and all(isinstance(text, str) and CURSOR in text for text in told)
    return isinstance(told, str) and CURSOR in told


def _texts(told: str | Sequence[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def _wrong(key: str, path: Path, line: int | None, example: str) -> ManifestError:
    return ManifestError(
        f"key '{key}': cannot be read", path=path, line=line, remedy=f"write, for example, {example}"
    )


def _builtins(path: Path, lines: _Lines, kind: str, entries: object, stands: Stands) -> Iterator[Builtin]:
    if not isinstance(entries, dict) or _KIND.fullmatch(kind) is None:
        raise ManifestError(
            f"key '{kind}' is no kind of name",
            path=path,
            line=lines.get((kind,)),
            remedy="write a table of names for each kind, such as [function]",
        )
    for name, entry in entries.items():
        line = lines.get((kind, name), 0)
        told = {"about": entry} if isinstance(entry, str) else entry
        more = told.get(_WHERE, []) if isinstance(told, dict) else []
        if not _is_kinds(more):
            raise _wrong(f"{name}.{_WHERE}", path, line, 'where = ["table"]')
        told = _entry(path, line, name, told, _OF_BUILTIN)
        here = replace(stands, where=(*stands.where, *more)) if more else stands
        signature = told.get("signature", "")
        signature = name + signature if signature.startswith("(") else signature
        yield Builtin(name, kind, signature, told["about"], here, line)


def _snippet(path: Path, line: int, name: str, entry: object) -> Snippet:
    within = entry.get("within", []) if isinstance(entry, dict) else []
    if isinstance(within, list) and all(map(_is_text, within)):
        entry = {**entry, "within": "".join(within) or CURSOR} if isinstance(entry, dict) else entry
    told = _entry(path, line, name, entry, _OF_SNIPPET)
    text, texts = told["text"].removesuffix("\n"), (within,) if isinstance(within, str) else tuple(within)
    snippet = Snippet(name, text, told["about"], texts, line)
    if not all(CURSOR in text for text in texts):
        raise ManifestError(
            f"key '{name}.within': does not hold {CURSOR}",
            path=path,
            line=line,
            remedy="mark where the snippet may stand",
        )
    try:
        plain_text(snippet.text)
    except ValueError as error:
        raise ManifestError(f"key '{name}.text': {error}", path=path, line=line, remedy=_ESCAPE) from None
    return snippet


_OF_BUILTIN = {"signature": False, "about": True, _WHERE: False}
_OF_SNIPPET = {"text": True, "about": True, "within": False}
"""The keys of an entry, and which of them it must have."""

_ESCAPE = "write ${1:name} for a place, and \\$ for a dollar sign"


def _entry(path: Path, line: int, name: str, entry: object, keys: Mapping[str, bool]) -> dict[str, Any]:
    """What the table of a name says, if it has the right keys, and texts but for `where`."""
    if not isinstance(entry, dict):
        raise ManifestError(
            f"key '{name}' is no table", path=path, line=line or None, remedy=f"write {', '.join(keys)} in it"
        )
    for key, value in entry.items():
        if key not in keys:
            raise ManifestError(
                f"unknown key '{name}.{key}'", path=path, line=line, remedy=_nearest(key, keys)
            )
        if key != _WHERE and (not isinstance(value, str) or not value.strip()):
            raise ManifestError(
                f"key '{name}.{key}': not a text", path=path, line=line, remedy="correct its value"
            )
    for key, needed in keys.items():
        if needed and key not in entry:
            raise ManifestError(f"key '{name}.{key}' is missing", path=path, line=line, remedy="add it")
    return entry


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f"did you mean '{near[0]}'?" if near else "remove it"


_PIECE = re.compile(
    r"\\(?P<escaped>[$}\\])"
    r"|\$(?P<stop>\d+)|\$\{(?P<bare>\d+)\}|\$\{(?P<begins>\d+):"
    r"|\$\{(?P<choice>\d+)\|(?P<first>[^,|}]*)[^|}]*\|\}"
    r"|(?P<ends>\})|(?P<wrong>\$)|(?P<plain>[^$\\}]+|\\)"
)


def plain_text(snippet: str) -> str:
    """A text in LSP's snippet syntax with each place filled: with its default, or that of its first mention.

    Raises:
        ValueError: it is not in that syntax, or uses more of it than places and choices.

    """
    defaults: dict[str, str] = {}
    open_places: list[tuple[str, list[str]]] = []
    whole: list[str] = []
    for found in _PIECE.finditer(snippet):
        into = open_places[-1][1] if open_places else whole
        match found.lastgroup:
            case "wrong":
                raise ValueError(f"`{snippet[found.start() : found.start() + 8]}` begins no place")
            case "begins":
                open_places.append((found["begins"], []))
            case "ends" if open_places:
                number, parts = open_places.pop()
                default = defaults.setdefault(number, "".join(parts))
                (open_places[-1][1] if open_places else whole).append(default)
            case "stop" | "bare":
                into.append(defaults.get(found[found.lastgroup], ""))
            case "first":
                into.append(defaults.setdefault(found["choice"], found["first"]))
            case name:
                assert name is not None
                into.append(found[name])
    if open_places:
        raise ValueError(f"the place ${{{open_places[0][0]}: has no end")
    return "".join(whole)
