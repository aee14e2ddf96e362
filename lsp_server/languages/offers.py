"""What a language brings for a completion list: names (`builtins.toml`), constructs (`snippets.toml`).

`builtins.toml` has a table for each kind of name. An entry is what explains the name, or a table with its
`signature` too. `where` says for a kind in the place of which other kinds of names it may stand as well:

    where = { function = ["column"] }

    [function]
    lower = { signature = "lower(text) -> text", about = "The text in lower case." }

`snippets.toml` has a table for each construct, by the name under which it is found. `text` is in the snippet
syntax of LSP, `within` a text in which it may stand at the mark; that is an empty file where none is given:

    [assignment]
    about = "Gives a name a value."
    text = '${1:name} = ${2:1};'

Must not know what a grammar takes: `inspection` looks at that.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsp_server.errors import ManifestError
from lsp_server.languages.cases import CURSOR
from lsp_server.languages.tables import line_of, parse_toml, read_file

BUILTINS = "builtins.toml"
SNIPPETS = "snippets.toml"

_WHERE = "where"
_KIND = re.compile(r"[a-z][a-z_-]*")


@dataclass(frozen=True, slots=True)
class Builtin:
    """A name that the language itself brings, as it is written, with its sigil.

    Attributes:
        name: the name; several words where the language writes it so.
        kind: what it names, in the words of `queries/locals.scm`.
        signature: how it is used, in one line; "" where there is nothing to say.
        about: what it is, as Markdown.
        where: the kinds of names in whose place it may stand, its own first.
        line: where it is in its file, from 1.

    """

    name: str
    kind: str
    signature: str
    about: str
    where: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Snippet:
    """A whole construct with places to fill.

    Attributes:
        name: under which it is found.
        text: the construct, in the snippet syntax of LSP.
        about: what it is, as Markdown.
        within: a text in which it may stand, with the mark of a cursor.
        line: where it is in its file, from 1.

    """

    name: str
    text: str
    about: str
    within: str = CURSOR
    line: int = 0

    @property
    def plain(self) -> str:
        """The construct with each place filled with its default."""
        return plain_text(self.text)

    @property
    def placed(self) -> str:
        """The construct, plain, in the text in which it may stand."""
        before, _, after = self.within.partition(CURSOR)
        return before + self.plain + after


def read_builtins(path: Path) -> tuple[Builtin, ...]:
    """The builtins that a file tells of, in its order; none where there is no such file.

    Raises:
        ManifestError: it is not TOML, or has a wrong or unknown key.

    """
    text, table = _read(path)
    kinds = {name: entries for name, entries in table.items() if name != _WHERE}
    where = _where(path, text, table.get(_WHERE, {}), kinds)
    return tuple(
        builtin
        for kind, entries in kinds.items()
        for builtin in _builtins(path, text, kind, entries, (kind, *where.get(kind, ())))
    )


def read_snippets(path: Path) -> tuple[Snippet, ...]:
    """The snippets that a file tells of, in its order; none where there is no such file.

    Raises:
        ManifestError: it is not TOML, has a wrong or unknown key, or a text that is no snippet.

    """
    text, table = _read(path)
    return tuple(_snippet(path, text, name, entry) for name, entry in table.items())


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    if not path.is_file():
        return "", {}
    text = read_file(path)
    return text, parse_toml(path, text)


def _where(path: Path, text: str, told: object, kinds: Iterable[str]) -> Mapping[str, list[str]]:
    line = line_of(text, [_WHERE])
    if not isinstance(told, dict) or not all(
        isinstance(also, list) and all(isinstance(kind, str) for kind in also) for also in told.values()
    ):
        raise ManifestError(
            f"key '{_WHERE}': not a list of kinds for a kind",
            path=path,
            line=line,
            remedy='write, for example, where = { function = ["column"] }',
        )
    for kind in told:
        if kind not in kinds:
            raise ManifestError(
                f"key '{_WHERE}': no table [{kind}]", path=path, line=line, remedy=_nearest(kind, kinds)
            )
    return told


def _builtins(path: Path, text: str, kind: str, entries: object, where: tuple[str, ...]) -> Iterator[Builtin]:
    if not isinstance(entries, dict) or _KIND.fullmatch(kind) is None:
        raise ManifestError(
            f"key '{kind}' is no kind of name",
            path=path,
            line=line_of(text, [kind]),
            remedy="write a table of names for each kind, such as [function]",
        )
    for name, entry in entries.items():
        line = line_of(text, [kind, name]) or 0
        told = _strings(path, line, name, {"about": entry} if isinstance(entry, str) else entry, _OF_BUILTIN)
        yield Builtin(name, kind, told.get("signature", ""), told["about"], where, line)


def _snippet(path: Path, text: str, name: str, entry: object) -> Snippet:
    line = line_of(text, [name]) or 0
    told = _strings(path, line, name, entry, _OF_SNIPPET)
    found = {key: value.removesuffix("\n") for key, value in told.items()}
    snippet = Snippet(name, found["text"], found["about"], found.get("within", CURSOR), line)
    if CURSOR not in snippet.within:
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


_OF_BUILTIN = {"signature": False, "about": True}
_OF_SNIPPET = {"text": True, "about": True, "within": False}
"""The keys of an entry, and which of them it must have."""

_ESCAPE = "write ${1:name} for a place, and \\$ for a dollar sign"


def _strings(path: Path, line: int, name: str, entry: object, keys: Mapping[str, bool]) -> dict[str, str]:
    """What the table of a name says, if it has the right keys."""
    if not isinstance(entry, dict):
        raise ManifestError(
            f"key '{name}' is no table", path=path, line=line or None, remedy=f"write {', '.join(keys)} in it"
        )
    for key, value in entry.items():
        if key not in keys:
            raise ManifestError(
                f"unknown key '{name}.{key}'", path=path, line=line, remedy=_nearest(key, keys)
            )
        if not isinstance(value, str) or not value.strip():
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
