"""Reads one bundle directory; every mistake in it is an error that names file, line and remedy."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from lsp_server.errors import CatalogueError, DocumentError, GrammarError, ManifestError
from lsp_server.languages.catalogue import LARGEST as LARGEST_CATALOGUE
from lsp_server.languages.catalogue import Catalogue, read_catalogue
from lsp_server.languages.directories import is_bundled
from lsp_server.languages.language import (
    QUOTES,
    Comment,
    Indentation,
    JudgeBinding,
    Language,
    LarkOptions,
    Naming,
    Paired,
    ParserBinding,
)
from lsp_server.languages.offers import BUILTINS, SNIPPETS, read_builtins, read_snippets
from lsp_server.languages.tables import LARGEST, line_of, parse_toml, read_file
from lsp_server.text import read_text

MANIFEST = "language.toml"
GRAMMAR = "grammar.lark"

_MOST, _LARGEST_TOGETHER = 200, 20_000_000
"""Files with queries, or pages of docs, and their characters together."""

_MOST_STARTS = 16
"""Start rules of files with other names: the grammar is analysed for each, which may take seconds."""

_LONGEST = 10_000
"""Characters of a regular expression."""

_WIDEST = 64
"""Columns of a step of indentation, or of a tab."""


def _regex(value: str) -> str:
    _compile(value)
    return value


def _word(value: str) -> str:
    if _compile(value).match(""):
        raise ValueError("matches the empty string")
    return value


def _grouped(value: str) -> str:
    if not _compile(value).groups:
        raise ValueError("has no group for what it finds")
    return value


def _closer(value: str) -> str:
    if "{tag}" not in value:
        raise ValueError("does not hold {tag}")
    _compile(value.replace("{tag}", "tag"))
    return value


def _place(value: str) -> str:
    if len(_compile(value).groupindex.keys() & {"line", "offset"}) != 1:
        raise ValueError("has no group named line or offset")
    if "read" in _compile(value).groupindex and not {"line", "column"} <= _compile(value).groupindex.keys():
        raise ValueError("has a group named read, but none named line and column")
    return value


def _compile(value: str) -> re.Pattern[str]:
    if len(value) > _LONGEST:
        raise ValueError(f"a regular expression of more than {_LONGEST:,} characters")
    try:
        return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from None


_Text = Annotated[str, Field(min_length=1)]
_Regex = Annotated[str, AfterValidator(_regex)]
_Pair = Annotated[list[_Text], Field(min_length=2, max_length=2)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Comment(_Table):
    line: list[_Text] = []
    block: list[_Pair] = []


class _Naming(_Table):
    ignore_case: bool = False
    quotes: list[_Text] = []
    sigils: list[_Text] = []
    closed: dict[_Text, Literal["scope", "file", "folder", "workspace"]] = {}
    untold: list[_Text] = []
    members: list[_Text] = []
    qualifiers: dict[_Text, list[_Text]] = {}
    declare: dict[_Text, _Text] = {}


class _Parser(_Table):
    module: str | None = Field(default=None, pattern=r"^tree_sitter_\w+$")
    function: str = Field(default="language", pattern=r"^language\w*$")
    lenient: bool = False
    lenient_within: bool = False
    lenient_between: bool = False


class _Paired(_Table):
    open: _Text
    tag: Annotated[str, AfterValidator(_grouped)]
    close: _Text
    pattern: Annotated[str, AfterValidator(_closer)]
    sample: str
    follow: _Regex = ""


class _Indentation(_Table):
    newline: _Text = "_NEWLINE"
    indent: _Text = "_INDENT"
    dedent: _Text = "_DEDENT"
    tab: int = Field(default=8, ge=1, le=_WIDEST)
    unit: int = Field(default=4, ge=1, le=_WIDEST)
    brackets: list[_Pair] = []


class _Lark(_Table):
    parser: Literal["lalr", "earley"] = "lalr"
    lexer: Literal["", "auto", "basic", "standard", "contextual", "dynamic", "dynamic_complete"] = ""
    g_regex_flags: str = Field(default="", pattern="^[imsx]*$")
    keep_all_tokens: bool = False
    regex: bool = False
    maybe_placeholders: bool = True
    propagate_positions: bool = False


class _Judge(_Table):
    module: str = Field(pattern=r"^[A-Za-z_][\w.]*$")
    function: str = Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$")
    arguments: dict[_Text, Any] = {}
    ignore: list[_Regex] = []
    place: Annotated[str, AfterValidator(_place)] | None = None
    accept: list[_Regex] = []
    unsure: list[_Regex] = []
    fallback: bool = False
    place_only: bool = False
    append: str = ""
    accept_appended: bool = False
    deepest: int | None = Field(default=None, ge=1)
    declare: dict[_Text, Annotated[str, AfterValidator(_grouped)]] = {}
    rewrite: list[Annotated[tuple[_Regex, str], Field(strict=False)]] = []


class _Manifest(_Table):
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    name: _Text
    extensions: list[Annotated[str, Field(pattern=r"^\.[^\s/\\]+$")]]
    filenames: list[_Text] = []
    aliases: list[_Text] = []
    start: _Text = "start"
    starts: dict[_Text, _Text] = Field(default={}, max_length=_MOST_STARTS)
    word: Annotated[str, AfterValidator(_word)] = r"\w+"
    brackets: list[_Pair] = []
    triggers: list[Annotated[str, Field(min_length=1, max_length=1)]] = []
    reserved: list[_Text] = []
    outside: list[_Text] = []
    grammars: bool = False
    comment: _Comment = _Comment()
    naming: _Naming = _Naming()
    editors: dict[_Text, _Text] = {}
    words: dict[_Text, _Text] = {}
    parser: _Parser = _Parser()
    paired: list[_Paired] = []
    indentation: _Indentation | None = None
    lark: _Lark = _Lark()
    judge: list[_Judge] = []

    @field_validator("triggers")
    @classmethod
    def _lead_to_names(cls, triggers: list[str], info: ValidationInfo) -> list[str]:
        """After a trigger a list opens by itself, and Enter takes its first entry."""
        brackets = {bracket for pair in info.data.get("brackets", ()) for bracket in pair}
        for sign in triggers:
            if (kind := _not_leading(sign, brackets)) is not None:
                raise ValueError(f"{sign!r} is {kind}")
        return triggers


_LEADS_TO_NAMES = "leave only signs that a name follows at once, such as a dot between names"


def may_trigger(sign: str) -> bool:
    """Whether a sign can be a trigger of a language of which it is no bracket."""
    return len(sign) == 1 and _not_leading(sign, ()) is None


def _not_leading(sign: str, brackets: Collection[str]) -> str | None:
    """What a sign is that no name follows at once, but a line end, a blank or any value; None for others."""
    if sign.isspace():
        return "a blank or a line end"
    if sign in QUOTES or unicodedata.category(sign) in ("Pi", "Pf"):
        return "a quote"
    if sign in brackets or unicodedata.category(sign) in ("Ps", "Pe"):
        return "a bracket"
    if sign == ",":
        return "a comma"
    return "part of a word" if sign.isalnum() else None


def load_bundle(directory: Path, parsers: Collection[str] = ()) -> Language:
    """Read a bundle. Nothing in it runs; its grammar is checked when the constraint is built.

    A parser that is not installed is left out, and so is one that a bundle of somebody's own names, unless
    its module is among the `parsers` that the user allows. The queries are then those for the trees that the
    grammar makes.

    Raises:
        ManifestError: the manifest is missing, not TOML, or has a wrong or unknown key.
        GrammarError: the grammar file is missing or unreadable.

    """
    path = directory / MANIFEST
    manifest = _parse(path, read_file(path, directory))
    grammar_path = directory / GRAMMAR
    try:
        grammar = read_text(grammar_path, largest=LARGEST, within=(directory,))
    except DocumentError as error:
        remedy = error.remedy if grammar_path.exists() else "a bundle needs a Lark grammar"
        raise GrammarError(error.message, path=grammar_path, line=error.line, remedy=remedy) from None
    bundled = is_bundled(directory)
    module = manifest.parser.module
    parser = ParserBinding(**manifest.parser.model_dump())
    if module is not None and not bundled and module not in parsers:
        parser = ParserBinding(refused=module)
    elif module is not None and find_spec(module) is None:
        parser = ParserBinding(missing=module)
    of_grammar = None if module is None else _texts(directory, "queries/grammar/*.scm")
    queries = of_grammar
    if queries is None or parser.module is not None:
        queries = _texts(directory, "queries/*.scm")
    return Language(
        id=manifest.id,
        name=manifest.name,
        extensions=tuple(manifest.extensions),
        filenames=tuple(manifest.filenames),
        aliases=tuple(manifest.aliases),
        comment=Comment(tuple(manifest.comment.line), _pairs(manifest.comment.block)),
        parser=parser,
        start=manifest.start,
        word=manifest.word,
        triggers=tuple(manifest.triggers),
        brackets=_pairs(manifest.brackets),
        paired=tuple(Paired(**pair.model_dump()) for pair in manifest.paired),
        judges=tuple(_judge(judge, trusted=bundled) for judge in manifest.judge),
        reserved=tuple(manifest.reserved),
        outside=tuple(manifest.outside),
        naming=Naming(
            manifest.naming.ignore_case,
            tuple(manifest.naming.quotes),
            tuple(manifest.naming.sigils),
            MappingProxyType(manifest.naming.closed),
            frozenset(manifest.naming.untold),
            frozenset(manifest.naming.members),
            MappingProxyType(manifest.naming.qualifiers),
            MappingProxyType(manifest.naming.declare),
        ),
        editors=MappingProxyType(manifest.editors),
        words=MappingProxyType(manifest.words),
        grammars=manifest.grammars,
        indentation=None
        if (blocks := manifest.indentation) is None
        else Indentation(**{**blocks.model_dump(), "brackets": _pairs(blocks.brackets)}),
        lark=_lark(manifest.lark),
        directory=directory,
        grammar=grammar,
        queries=queries,
        grammar_queries=of_grammar,
        starts=MappingProxyType(manifest.starts),
        docs=_texts(directory, "docs/*.md"),
        builtins=read_builtins(directory / BUILTINS),
        snippets=read_snippets(directory / SNIPPETS),
        catalogues=_catalogues(directory),
    )


def _catalogues(directory: Path) -> tuple[Catalogue, ...]:
    """The catalogues that come with a bundle; together they are as large as one may be."""
    found, left = [], LARGEST_CATALOGUE
    try:
        for path in sorted(directory.glob("catalogue/*.json")):
            found.append(read_catalogue(path, within=(directory,), largest=left))
            left -= path.stat().st_size
    except CatalogueError as error:
        raise ManifestError(error.message, path=error.path, line=error.line, remedy=error.remedy) from None
    return tuple(found)


def _texts(directory: Path, pattern: str) -> Mapping[str, str]:
    """The files of a bundle that a pattern fits, by their names without suffix."""
    files = sorted(directory.glob(pattern))
    if len(files) > _MOST:
        raise ManifestError(
            f"holds {len(files):,} files {pattern}; at most {_MOST}", path=directory, remedy="join some"
        )
    found, left = {}, _LARGEST_TOGETHER
    for file in files:
        found[file.stem] = text = read_file(file, directory)
        left -= len(text)
        if left < 0:
            most = f"{_LARGEST_TOGETHER:,}"
            raise ManifestError(
                f"holds files {pattern} of more than {most} characters", path=directory, remedy="say less"
            )
    return MappingProxyType(found)


def _lark(table: _Lark) -> LarkOptions:
    return LarkOptions(table.parser, table.lexer, table.g_regex_flags, table.keep_all_tokens)


def lark_options(given: Mapping[str, str]) -> LarkOptions:
    """Options for Lark, each as a person writes it.

    Raises:
        ValueError: there is no such option, or value of one, in one line.

    """
    try:
        return _lark(_Lark.model_validate({**given}, strict=False))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, list(_Lark.model_fields), n=1, cutoff=0.0)
            raise ValueError(f"there is no option '{key}' of Lark; did you mean '{near[0]}'?") from None
        reason = first["msg"]
        raise ValueError(f"option {key} of Lark: {reason[0].lower()}{reason[1:]}") from None


def _judge(table: _Judge, *, trusted: bool) -> JudgeBinding:
    read = {
        "ignore": tuple(table.ignore),
        "accept": tuple(table.accept),
        "unsure": tuple(table.unsure),
        "arguments": MappingProxyType(table.arguments),
        "declare": MappingProxyType(table.declare),
        "rewrite": tuple(table.rewrite),
        "trusted": trusted,
    }
    return JudgeBinding(**{**table.model_dump(), **read})


def _parse(path: Path, text: str) -> _Manifest:
    table = parse_toml(path, text)
    try:
        return _Manifest.model_validate(table)
    except ValidationError as error:
        # A misspelt key is unknown under one name and missing under another; the first says more.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        raise _explain(path, text, first["type"], first["msg"], first["loc"]) from None


def _explain(path: Path, text: str, kind: str, message: str, place: tuple[int | str, ...]) -> ManifestError:
    names = [part for part in place if isinstance(part, str)]
    index = next((part for part in place[1:2] if isinstance(part, int)), 0)
    key = ".".join(names)
    line = line_of(text, names[:2], index)  # a table within a key is on the key's line
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(names[-1], _known_keys(names), n=1, cutoff=0.0)
        return ManifestError(
            f"unknown key '{key}'", path=path, line=line, remedy=f"did you mean '{near[0]}'?"
        )
    if kind == "missing":
        line = line_of(text, names[:-1], index) if len(names) > 1 else None
        return ManifestError(f"key '{key}' is missing", path=path, line=line, remedy="add it")
    reason = message.removeprefix("Value error, ")
    remedy = _LEADS_TO_NAMES if key == "triggers" and reason != message else "correct its value"
    return ManifestError(f"key '{key}': {reason[0].lower()}{reason[1:]}", path=path, line=line, remedy=remedy)


def _known_keys(names: list[str]) -> list[str]:
    tables: dict[str, type[_Table]] = {
        "comment": _Comment,
        "naming": _Naming,
        "parser": _Parser,
        "paired": _Paired,
        "indentation": _Indentation,
        "lark": _Lark,
        "judge": _Judge,
    }
    table: type[_Table] = _Manifest if len(names) == 1 else tables[names[0]]
    return list(table.model_fields)


def _pairs(lists: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((opener, closer) for opener, closer in lists)
