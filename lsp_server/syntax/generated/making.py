"""Makes the parser of a language from its Lark grammar: written out, generated, compiled, kept."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from time import perf_counter

from lsp_server.errors import BundleError, DocumentError, ToolError
from lsp_server.lalr import Grammar, load_grammar
from lsp_server.languages import Language
from lsp_server.syntax.brackets import Signs
from lsp_server.syntax.generated.kept import (
    Record,
    Source,
    any_kept,
    digest_of,
    keep,
    library_path,
    open_kept,
    read_record,
)
from lsp_server.syntax.generated.scanner import scanner_of
from lsp_server.syntax.generated.tokens import with_names
from lsp_server.syntax.generated.tools import FailedError, Tool, find_compiler, find_generator, run
from lsp_server.syntax.generated.written import write_grammar
from lsp_server.syntax.signs import signs_of
from lsp_server.syntax.sitter.loading import bind, language_at
from lsp_server.syntax.sitter.parsing import Binding, LeafKind
from lsp_server.text import read_text

_ABI = "14"
"""The newest that every tree-sitter CLI still in use can write, and every tree-sitter of ours can read."""

_CONFLICTS = 20
_LEAST = 1.0
"""Seconds that a program has at least, however long it took before."""
_CONFLICT = re.compile(r"Add a conflict for these rules: (.*)")


@dataclass(frozen=True, slots=True)
class Built:
    """A parser that was made, or was there already (`kept`).

    `generating` and `compiling` are the seconds that it took when it was made. `conflicts` are the rules
    between which it decides while it parses.
    """

    library: Path
    kept: bool
    generator: str
    compiler: str
    generating: float
    compiling: float
    conflicts: tuple[tuple[str, ...], ...] = ()


def find_generated(language: Language) -> Binding | None:
    """The parser that was made of a language's grammar as it is now; None if none was. Nothing is made here.

    Raises:
        GrammarError: the grammar cannot be used.

    """
    if not any_kept(language.id):
        return None
    grammar = load_grammar(language)
    if _unsupported(grammar) is not None:
        return None
    source = source_of(grammar)
    address = open_kept(library_path(language.id, source), source.name)
    return None if address is None else bind(language, language_at(address), partial(_signs, grammar))


def build_parser(
    language: Language, *, seconds: float = 120.0, progress: Callable[[str], None] | None = None
) -> Built:
    """Make the parser of a language, unless it was made before by the same programs.

    Args:
        language: whose grammar it is made from.
        seconds: how long each program may take.
        progress: is told what is done next.

    Raises:
        GrammarError: the grammar cannot be used.
        BundleError: tree-sitter cannot have such a language.
        ToolError: a program is missing, or fails.

    """
    tell = progress or (lambda _: None)
    grammar = load_grammar(language)
    reason = _unsupported(grammar)
    if reason is not None:
        raise BundleError(
            reason, path=language.directory, remedy="trees are made with the grammar itself, which is slower"
        )
    source = source_of(grammar)
    library = library_path(language.id, source)
    generator, compiler = find_generator(), find_compiler()
    known = read_record(library)
    same = known is not None and (known.generator, known.compiler) == (generator.version, compiler.version)
    if known is not None and same and open_kept(library, source.name) is not None:
        return Built(library, True, known.generator, known.compiler, known.generating, known.compiling)
    with tempfile.TemporaryDirectory(prefix="holegram-") as scratch:
        folder = Path(scratch)
        tell("generating")
        begun = perf_counter()
        conflicts = _generate(grammar, source, generator, folder, seconds)
        generated = perf_counter()
        tell("compiling")
        built = _compile(source, compiler, folder, seconds)
        compiled = perf_counter()
        record = Record(
            generator.version, compiler.version, generated - begun, compiled - generated, digest_of(built)
        )
        try:
            keep(library, built, record)
        except (OSError, DocumentError) as error:
            raise ToolError(
                f"a parser cannot be kept: {error}", remedy="free disk space, or make the folder writable"
            ) from None
    return Built(
        library, False, record.generator, record.compiler, record.generating, record.compiling, conflicts
    )


@lru_cache(maxsize=64)
def source_of(grammar: Grammar) -> Source:
    """What the parser of a grammar is made from."""
    name = "holegram_" + re.sub(r"\W", "_", grammar.language.id)
    rules = grammar.language.indentation
    return Source(
        name, write_grammar(grammar, name), "" if rules is None else scanner_of(grammar, rules, name)
    )


def _unsupported(grammar: Grammar) -> str | None:
    """Why tree-sitter cannot have a language; None if it can."""
    if grammar.language.paired:
        pair = grammar.language.paired[0]
        return f"{pair.close} repeats the tag of {pair.open}, which a generated parser cannot tell"
    return None


def _signs(grammar: Grammar) -> Mapping[LeafKind, Signs]:
    """The brackets of leaves, which are named by the terminal or not at all."""
    found: dict[LeafKind, Signs] = {}
    for name, signs in signs_of(grammar).items():
        word = grammar.terminals[name].word
        found |= {(name, True): signs, (name if word is None else word, False): signs}
    return found


def _generate(
    grammar: Grammar, source: Source, generator: Tool, folder: Path, seconds: float
) -> tuple[tuple[str, ...], ...]:
    """Have a parser generated; where tree-sitter sees conflicts, it is to try all ways."""
    conflicts: dict[tuple[str, ...], None] = {}
    text, end = source.grammar, perf_counter() + seconds
    while True:
        (folder / "grammar.json").write_text(text, encoding="utf-8")
        left = max(end - perf_counter(), _LEAST)
        try:
            run((*generator.command, "generate", "--abi", _ABI, "grammar.json"), folder, left)
        except FailedError as error:
            found = _CONFLICT.search(error.said)
            rules = tuple(re.findall(r"`([^`]+)`", found[1])) if found else ()
            if not rules or rules in conflicts or len(conflicts) == _CONFLICTS:
                raise
            conflicts[rules] = None
            text = write_grammar(grammar, source.name, tuple(conflicts))
        else:
            return tuple(conflicts)


def _compile(source: Source, compiler: Tool, folder: Path, seconds: float) -> Path:
    """Compile what was generated to a shared library."""
    parser = folder / "src" / "parser.c"
    parser.write_text(with_names(read_text(parser)), encoding="utf-8")
    files = ["src/parser.c"]
    if source.scanner:
        (folder / "src" / "scanner.c").write_text(source.scanner, encoding="utf-8")
        files.append("src/scanner.c")
    options = ("-shared", "-fPIC", "-O2", "-w", "-Isrc", *files, "-o", "parser.so")
    run((*compiler.command, *options), folder, seconds)
    return folder / "parser.so"
