"""Reads one bundle directory; every mistake in it is an error that names file, line and remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lsp_server.errors import DocumentError, GrammarError, ManifestError
from lsp_server.languages.language import Comment, JudgeBinding, Language, Paired, ParserBinding
from lsp_server.text import read_text

MANIFEST = "language.toml"
GRAMMAR = "grammar.lark"


def _regex(value: str) -> str:
    try:
        re.compile(value.replace("{tag}", "tag"))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


_Regex = Annotated[str, AfterValidator(_regex)]
_Pair = tuple[str, str]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Comment(_Table):
    line: list[str] = []
    block: list[list[str]] = []


class _Parser(_Table):
    module: str = Field(pattern=r"^[A-Za-z_][\w.]*$")
    function: str = Field(default="language", pattern=r"^[A-Za-z_]\w*$")


class _Paired(_Table):
    open: str
    tag: _Regex
    close: str
    pattern: _Regex
    sample: str
    follow: _Regex = ""


class _Judge(_Table):
    module: str = Field(pattern=r"^[A-Za-z_][\w.]*$")
    function: str = Field(pattern=r"^[A-Za-z_]\w*$")
    ignore: list[_Regex] = []


class _Manifest(_Table):
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    name: str = Field(min_length=1)
    extensions: list[Annotated[str, Field(pattern=r"^\.\S+$")]]
    filenames: list[str] = []
    start: str = "start"
    word: _Regex = r"\w+"
    triggers: list[str] = []
    brackets: list[list[str]] = []
    comment: _Comment = _Comment()
    parser: _Parser
    paired: list[_Paired] = []
    judge: list[_Judge] = []


def load_bundle(directory: Path) -> Language:
    """Read a bundle. Nothing in it runs; its grammar is checked when the constraint is built.

    Raises:
        ManifestError: the manifest is missing, not TOML, or has a wrong or unknown key.
        GrammarError: the grammar file is missing or unreadable.

    """
    path = directory / MANIFEST
    manifest = _parse(path, _read(path))
    grammar_path = directory / GRAMMAR
    try:
        grammar = read_text(grammar_path)
    except DocumentError as error:
        raise GrammarError(error.message, path=grammar_path, remedy="a bundle needs a Lark grammar") from None
    return Language(
        id=manifest.id,
        name=manifest.name,
        extensions=tuple(manifest.extensions),
        filenames=tuple(manifest.filenames),
        comment=Comment(tuple(manifest.comment.line), _pairs(path, "comment.block", manifest.comment.block)),
        parser=ParserBinding(manifest.parser.module, manifest.parser.function),
        start=manifest.start,
        word=manifest.word,
        triggers=tuple(manifest.triggers),
        brackets=_pairs(path, "brackets", manifest.brackets),
        paired=tuple(Paired(**pair.model_dump()) for pair in manifest.paired),
        judges=tuple(
            JudgeBinding(judge.module, judge.function, tuple(judge.ignore)) for judge in manifest.judge
        ),
        directory=directory,
        grammar=grammar,
        queries=MappingProxyType(
            {file.stem: _read(file) for file in sorted(directory.glob("queries/*.scm"))}
        ),
    )


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except DocumentError as error:
        raise ManifestError(error.message, path=path, line=error.line, remedy=error.remedy) from None


def _parse(path: Path, text: str) -> _Manifest:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ManifestError(
            f"not TOML: {error}",
            path=path,
            line=int(found[1]) if found else None,
            remedy="correct the syntax",
        ) from None
    try:
        return _Manifest.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        raise _explain(path, text, first["type"], first["msg"], first["loc"]) from None


def _explain(path: Path, text: str, kind: str, message: str, place: tuple[int | str, ...]) -> ManifestError:
    names = [part for part in place if isinstance(part, str)]
    key = ".".join(names)
    line = _line_of(text, names[-1]) if names else None
    if kind == "extra_forbidden":
        known = _known_keys(place)
        near = difflib.get_close_matches(names[-1], known, n=1, cutoff=0.0)
        return ManifestError(
            f"unknown key '{key}'", path=path, line=line, remedy=f"did you mean '{near[0]}'?"
        )
    if kind == "missing":
        return ManifestError(f"key '{key}' is missing", path=path, remedy=f"add {key} to the manifest")
    return ManifestError(f"key '{key}': {message}", path=path, line=line, remedy="correct its value")


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    tables: dict[str, type[_Table]] = {
        "comment": _Comment,
        "parser": _Parser,
        "paired": _Paired,
        "judge": _Judge,
    }
    table: type[_Table] = _Manifest if len(place) == 1 else tables[str(place[0])]
    return list(table.model_fields)


def _line_of(text: str, key: str) -> int | None:
    found = re.search(rf"^\s*\[*\s*{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


def _pairs(path: Path, key: str, lists: list[list[str]]) -> tuple[_Pair, ...]:
    pairs: list[Any] = [tuple(pair) for pair in lists if len(pair) == 2]
    if len(pairs) != len(lists):
        raise ManifestError(
            f"key '{key}': each entry is an opener and a closer", path=path, remedy='write ["(", ")"]'
        )
    return tuple(pairs)
