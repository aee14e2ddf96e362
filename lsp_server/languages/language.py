"""A language as data. Everything the product knows about a language is here; no code is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from lsp_server.cache import cached_property
from lsp_server.errors import DocumentError
from lsp_server.languages.catalogue import Catalogue
from lsp_server.languages.directories import is_bundled
from lsp_server.languages.offers import Builtin, Snippet
from lsp_server.opening import files_below, read_bytes
from lsp_server.text import decode_text

QUOTES = ('"', "'", "`")
"""What encloses strings in most languages: for rules of thumb, where no grammar tells."""

START = "start"
"""The start rule where nobody names another."""

EXAMPLES = 10_000_000
"""Bytes of all examples of a bundle."""


@dataclass(frozen=True, slots=True)
class Comment:
    """How comments are written: what opens a line comment, and the pairs that enclose a block."""

    line: tuple[str, ...] = ()
    block: tuple[tuple[str, str], ...] = ()

    @property
    def openers(self) -> tuple[str, ...]:
        """What opens a comment."""
        return (*self.line, *(opener for opener, _ in self.block))

    def begun_in(self, text: str) -> bool:
        """Whether a text may hold a comment: something that opens one stands in it."""
        return any(opener in text for opener in self.openers)


@dataclass(frozen=True, slots=True)
class Naming:
    """How names are written, and when two are the same.

    A name in `quotes` is taken as it stands between them. Of any other, a sigil before it is no part, and
    with `ignore_case` upper and lower case are the same. `closed` are the spaces whose names all have to be
    declared, each with how far a declaration is known at most: in its `scope`, the `file`, the `folder` or
    the `workspace`. Of those that are `untold`, which something else than a text may bring, one that is
    not declared is a mistake only where it is nearly one that is. `members` are the spaces whose names have
    to be declared as members of what owns them. Where a name of a space stands, what tells apart the names of
    those that `qualifiers` has for it may stand too, and the other way round: a word may be a name, or become
    `TYPE.NAME`. `declare` has the text that declares a name of a kind, with `{name}`, and `{type}` as a
    catalogue has it.
    """

    ignore_case: bool = False
    quotes: tuple[str, ...] = ()
    sigils: tuple[str, ...] = ()
    closed: Mapping[str, str] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    qualifiers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    declare: Mapping[str, str] = field(default_factory=dict)

    @property
    def declared(self) -> frozenset[str]:
        """The spaces whose names have to be declared, as they are or as members."""
        return self.members.union(self.closed)


@dataclass(frozen=True, slots=True)
class ParserBinding:
    """The Python module of a tree-sitter grammar, and its function that returns the language.

    Without a module, trees are made with the bundle's own grammar. A module that a bundle names is `refused`
    where its user does not allow to load it, and `missing` where it is not installed.

    A `lenient` one takes much that is not valid, so that what it takes is no proof that there is no error;
    one that is `lenient_within` elements takes some that are not valid, so few that suggestions need not ask;
    one that is `lenient_between` elements takes them one after the other without what must separate them.
    """

    module: str | None = None
    function: str = "language"
    lenient: bool = False
    lenient_within: bool = False
    lenient_between: bool = False
    refused: str | None = None
    missing: str | None = None

    @property
    def proves(self) -> bool:
        """Whether there is no error in what it takes, as far as it can be trusted at all."""
        return not (self.lenient or self.lenient_within or self.lenient_between)


@dataclass(frozen=True, slots=True)
class JudgeBinding:
    """An independent parser of the language, for tests and evaluation only; the server never imports it.

    `module.function(text, **arguments)` raises where the text is not valid; of a dotted function, the part
    before the dot is a class, made without arguments and anew for each text. Messages are told by expressions
    that match all of them: one of `ignore` is of something that is not syntax, one of `accept` comes only
    after the whole text was found valid, with one of `unsure` the judge gives up. `place` finds in a message
    where the error is: its group `line` counts from 1, its group `offset` characters from 0. Where the place
    is that up to which was read, its group `column`, from 1, tells it too, and its group `read` is as long as
    what was read beyond the error. A `fallback` is asked only where another judge gave up, and one for
    `place_only` where another rejects, for no more than that. `append` is put after what is not blank of each
    text; with `accept_appended`, an error just behind it tells that the text is valid. `deepest` is the
    deepest nesting of brackets that it can bear. `declare` has for an argument an expression whose group 1
    finds names in a text: the judge gets them there, each with what `arguments` has, as one that minds
    undeclared names. Each pair of `rewrite` is an expression, which finds what the judge would break down
    over, and what is written in its place, as valid and as long. It is
    `trusted` where the bundle comes with the product, and no code of somebody's own.
    """

    module: str
    function: str
    ignore: tuple[str, ...] = ()
    place: str | None = None
    accept: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    arguments: Mapping[str, object] = field(default_factory=dict)
    fallback: bool = False
    place_only: bool = False
    append: str = ""
    accept_appended: bool = False
    deepest: int | None = None
    declare: Mapping[str, str] = field(default_factory=dict)
    rewrite: tuple[tuple[str, str], ...] = ()
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Paired:
    """A closing terminal that must repeat a tag of its opener, as the end of a here-document does.

    A back-reference across lexemes is beyond regular expressions, so the lexer makes the closer's
    expression at the cursor: `pattern`, with `{tag}` replaced by group 1 of `tag` on the text of the
    innermost open opener, and `follow` as a lookahead. A suggestion that writes an opener of its own
    uses the tag `sample`.
    """

    open: str
    tag: str
    close: str
    pattern: str
    sample: str
    follow: str = ""


@dataclass(frozen=True, slots=True)
class Indentation:
    """How blocks are written by indentation, as Lark's `Indenter` has it.

    The terminal `newline` reads the end of a line and all up to the first lexeme of the next one. How far
    that is indented, a tab counting as `tab` columns, makes an `indent` or some `dedent` of it, which have no
    text. Between terminals that are `brackets` lines do not count. `unit` columns are what a new block is
    indented by where nothing else is known.
    """

    newline: str = "_NEWLINE"
    indent: str = "_INDENT"
    dedent: str = "_DEDENT"
    tab: int = 8
    unit: int = 4
    brackets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LarkOptions:
    """With which options a language's own programs give its grammar to Lark, as far as they change anything.

    With the `parser` "earley" the grammar need not be LALR(1); its `lexer` is then "dynamic", else
    "contextual". With "basic" any terminal may be read anywhere. `flags` go for each expression. With
    `keep_all_tokens` trees have all tokens. What a grammar imports is looked for in `import_paths` too.
    """

    parser: str = "lalr"
    lexer: str = ""
    flags: str = ""
    keep_all_tokens: bool = False
    import_paths: tuple[Path, ...] = ()

    @property
    def general(self) -> bool:
        """Whether the grammar may be any that is free of context."""
        return self.parser == "earley"

    @property
    def dynamic(self) -> bool:
        """Whether any lexeme that may stand somewhere is read there, whatever else may be."""
        return self.general and self.lexer in ("", "auto", "dynamic", "dynamic_complete")


def same_language(one: Language | None, other: Language | None) -> bool:
    """Whether two texts are in one language, be it in different dialects: they know each other's names."""
    return one is other or (one is not None and other is not None and one.main is other.main)


@dataclass(frozen=True, eq=False)
class Language:
    """One bundle, read. Two values are the same language only if they are the same object.

    `reserved` names terminals, and rules that are lists of terminals: where one of them may stand the
    lexer reads every one of them, so that none is taken for a name, or for a shorter one and a rest. Where
    only a fixed word may stand, those of them are read that match it whole. `outside` names the terminals of
    text that is not the language, as around the islands of a template: where one may stand nothing is
    suggested. `aliases` are ids that others have for the language. `editors` has the name of the
    language in an editor that has another one for it than its id. `words` has what people call a terminal,
    where that is not its name. The files of a language of `grammars` are
    grammars of languages themselves.

    `starts` has start rules for files whose names fit a pattern. A language with one of these in place of its
    own is a dialect, whose trees its grammar makes; `dialect_of` is then the language as the bundle has it.
    `grammar_queries` are the queries for such trees, if those in `queries` may be for a parser's.
    """

    id: str
    name: str
    extensions: tuple[str, ...]
    filenames: tuple[str, ...]
    comment: Comment
    parser: ParserBinding
    start: str
    word: str
    triggers: tuple[str, ...]
    brackets: tuple[tuple[str, str], ...]
    paired: tuple[Paired, ...]
    directory: Path
    grammar: str = field(repr=False)
    queries: Mapping[str, str] = field(repr=False)
    docs: Mapping[str, str] = field(repr=False, default_factory=dict)
    judges: tuple[JudgeBinding, ...] = ()
    reserved: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    naming: Naming = Naming()
    aliases: tuple[str, ...] = ()
    editors: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    grammars: bool = False
    indentation: Indentation | None = None
    lark: LarkOptions = LarkOptions()
    builtins: tuple[Builtin, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    catalogues: tuple[Catalogue, ...] = field(default=(), repr=False)
    starts: Mapping[str, str] = field(default_factory=dict)
    grammar_queries: Mapping[str, str] | None = field(default=None, repr=False)
    dialect_of: Language | None = field(default=None, repr=False)

    @property
    def main(self) -> Language:
        """The language as its bundle has it, of which this may be a dialect."""
        return self.dialect_of or self

    @cached_property
    def dialects(self) -> tuple[Language, ...]:
        """The language as its bundle has it, then with each other start rule."""
        if self.dialect_of is not None:
            return self.dialect_of.dialects
        queries = self.queries if self.grammar_queries is None else self.grammar_queries
        changed = partial(replace, self, parser=ParserBinding(), queries=queries, dialect_of=self)
        others = dict.fromkeys(rule for rule in self.starts.values() if rule != self.start)
        return (self, *(changed(start=rule) for rule in others))

    def of_file(self, path: Path) -> Language:
        """The dialect that a file is in, by its name; the same object each time."""
        main, name = self.main, path.name.lower()
        found = (rule for pattern, rule in main.starts.items() if fnmatchcase(name, pattern.lower()))
        start = next(found, main.start)
        return next(dialect for dialect in main.dialects if dialect.start == start)

    @cached_property
    def examples(self) -> Mapping[Path, str]:
        """The texts of the examples that are in this dialect, in order."""
        return {path: text for path, text in self.main.every_example.items() if self.of_file(path) is self}

    @cached_property
    def every_example(self) -> Mapping[Path, str]:
        """The texts of the examples in all dialects, in order, read when first asked for.

        What is no text is left out, and so is what is beyond `EXAMPLES`, and all where the folder is a link.
        """
        found: dict[Path, str] = {}
        folder, left = self.directory / "examples", EXAMPLES
        for path in () if folder.is_symlink() else files_below(folder, hidden=True):
            with suppress(DocumentError):
                data = read_bytes(path, largest=left)
                left -= len(data)
                found[path] = decode_text(data, path)
        return found

    @property
    def notice(self) -> str | None:
        """What its user should know, in a line; None where that is nothing."""
        module = self.parser.refused
        if module is None:
            return None
        return (
            f"{self.directory}: the parser {module} is native code, and not loaded; trees are made with the "
            f"grammar (to load it, add {module} to the setting parsers, or use "
            f"--parser {module})"
        )

    @property
    def hint(self) -> str | None:
        """Why its trees are made slowly, and what to do, in a line; None where they are not."""
        module = self.parser.missing
        if module is None:
            return None
        package = '"holegram[parsers]"' if is_bundled(self.directory) else module.replace("_", "-")
        return (
            f"{self.id}: the parser {module} is not installed, so trees are made with the grammar, which is "
            f"slower in long files (pip install {package})"
        )

    @property
    def queries_directory(self) -> Path:
        """Where its queries were read from; those for a grammar in place of a parser are apart."""
        folder = self.directory / "queries"
        return folder / "grammar" if self.queries is self.grammar_queries else folder

    @property
    def grammar_path(self) -> Path:
        """Where the constraint grammar was read from; error messages name it."""
        return self.directory / "grammar.lark"


def bare_language(grammar: str, directory: Path, start: str = START) -> Language:
    """A language that has a grammar and nothing else; what that imports is looked for in a directory."""
    return Language(
        id="grammar",
        name="Grammar",
        extensions=(),
        filenames=(),
        comment=Comment(),
        parser=ParserBinding(),
        start=start,
        word=r"\w+",
        triggers=(),
        brackets=(),
        paired=(),
        directory=directory,
        grammar=grammar,
        queries={},
    )
