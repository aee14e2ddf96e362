"""Makes a bundle of a grammar: first all of it in memory, then in a folder beside the place, then there.

So nothing is half-written where something is wrong.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from lsp_server.authoring.constructs import constructs
from lsp_server.authoring.corpus import cases
from lsp_server.authoring.declaring import with_declarations
from lsp_server.authoring.docs import constructs_page
from lsp_server.authoring.examples import Examples, commonest_extension, read_examples, unit_of
from lsp_server.authoring.forms import Forms
from lsp_server.authoring.manifest import Manifest, builtins, manifest
from lsp_server.authoring.outlines import outline_cases
from lsp_server.authoring.queries import closed, queries
from lsp_server.authoring.readme import readme
from lsp_server.authoring.referring import names_told
from lsp_server.authoring.repeating import without_repeated
from lsp_server.authoring.snippets import snippets_page
from lsp_server.authoring.starts import Starts, with_islands
from lsp_server.errors import GrammarError, UsageError
from lsp_server.features.once import QUERY as ONCE
from lsp_server.inspection import (
    Finding,
    FindingKind,
    Severity,
    is_refused,
    only_conflicts,
    only_lalr,
    ordered,
    read_generally,
)
from lsp_server.inspection.described import grammar_of, indentation, start_of
from lsp_server.inspection.looking import inspect, refusal
from lsp_server.lalr import Grammar, load_grammar
from lsp_server.lalr.analysis import read_language
from lsp_server.lalr.bounds import MAKING, in_time, own_clock
from lsp_server.lalr.notation import Notation
from lsp_server.lalr.once import once_only
from lsp_server.languages import (
    BUILTINS,
    GRAMMAR,
    MANIFEST,
    SNIPPETS,
    START,
    Language,
    LarkOptions,
    bare_language,
    bundled_directory,
    load_bundle,
)
from lsp_server.names.naming import QUERY
from lsp_server.opening import is_regular
from lsp_server.text import read_text

_WORDS = re.compile(r"[^a-z0-9]+")
_WILD = re.compile(r"[*?[]")
_TAUGHT = 300_000
"""Examples of so many characters together say what names are: 200,000 take a second."""
_UNIT = 2
"""By so many columns a block in braces is indented where no example tells."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says of the language beside its grammar; what is None is found out."""

    id: str | None = None
    name: str | None = None
    extension: str | None = None
    starts: Starts = field(default_factory=Starts)
    examples: Path | None = None
    docs: Path | None = None
    lark: LarkOptions | None = None


@dataclass(frozen=True)
class BundleDraft:
    """A bundle that is not written yet: its files by their paths in it, and what was found of its grammar.

    With an error among the findings there are no files.
    """

    language: Language
    findings: tuple[Finding, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    rules: int = 0
    terminals: int = 0
    examples: int = 0
    parsed: int = 0

    @property
    def unread(self) -> bool:
        """Whether there are examples, and none of them parses."""
        return self.examples > 0 and not self.parsed

    @property
    def refused(self) -> bool:
        """Whether the grammar cannot be used as it is."""
        return is_refused(self.findings)


def draft(
    path: Path, wishes: Wishes, text: str | None = None, *, has_to_be_lalr: bool = False
) -> BundleDraft:
    """A bundle for a grammar; where a text is given, that is the grammar, and not what is in its file.

    One that is not LALR(1) is read as Lark's Earley parser does, unless it `has_to_be_lalr`.

    Raises:
        DocumentError: the grammar or a file for the bundle cannot be read.
        UsageError: what is wished for cannot be.

    """
    text = read_text(path) if text is None else text
    notation = grammar_of(text)
    start, outside = wishes.starts.rule or start_of(notation), ""
    if wishes.starts.islands:
        text, start, outside = with_islands(text, notation, wishes.starts.islands)
        notation = grammar_of(text)
    id_ = wishes.id or identifier(path)
    if re.fullmatch(r"[a-z][a-z0-9_-]*", id_) is None:
        raise UsageError(f"'{id_}' is no id", remedy="name one with --id: small letters, digits, - and _")
    options = wishes.lark or LarkOptions()
    bare = _bare(path, text, id_, start, wishes)
    language = replace(bare, lark=options, outside=(outside,) if outside else ())
    try:
        language = replace(language, indentation=indentation(language, notation))
    except GrammarError as error:
        return BundleDraft(language, refusal(error, notation, path))
    with once_only():
        made = _made(path, language, notation, wishes)
        if has_to_be_lalr and only_conflicts(made.findings):
            made = replace(made, findings=only_lalr(made.findings))
        elif not options.general and only_conflicts(made.findings):
            general = replace(language, lark=replace(options, parser="earley"))
            other = _made(path, general, notation, wishes)
            made = replace(other, findings=(*other.findings, read_generally(made.findings)))
        elif made.parsed < made.examples and wishes.lark is None:
            made = _better(path, language, notation, wishes, made)
    found = list(made.findings)
    if (bundled_directory() / id_).is_dir():
        found.append(_taken(id_, path))
    if start != START and not wishes.starts.islands:
        found.append(_chosen(notation, start, path, wished=wishes.starts.rule is not None))
    return replace(made, findings=ordered(found))


def _made(path: Path, language: Language, notation: Notation, wishes: Wishes) -> BundleDraft:
    """The bundle with what is found of the grammar, all in the time that there is for it.

    To look at the grammar comes last: what there is no time for then is not told, and refuses nothing.
    """
    now = own_clock()
    end = now() + MAKING
    made, refused = BundleDraft(language, ()), None
    try:
        grammar = load_grammar(language)
        left = end - now()
        examples = Examples({}) if wishes.examples is None else read_examples(wishes.examples, language)
        end = now() + left
        with in_time(path, MAKING, MAKING - left):
            made = _completed(path, language, grammar, notation, examples, wishes)
    except GrammarError as error:
        refused = error
    found = inspect(language, path, lambda: now() < end)
    if refused is not None and not is_refused(found):
        found += refusal(refused, notation, path)
    return replace(made, findings=(*found, *made.findings))


def _better(
    path: Path, language: Language, notation: Notation, wishes: Wishes, made: BundleDraft
) -> BundleDraft:
    """The same as Lark's Earley parser reads it, if more examples parse then."""
    conflicts = [finding for finding in made.findings if finding.kind is FindingKind.CONFLICT]
    if not conflicts:
        return made
    general = replace(language, lark=replace(language.lark, parser="earley"))
    other = _made(path, general, notation, wishes)
    if other.refused or other.parsed <= made.parsed:
        return made
    return replace(other, findings=(*other.findings, read_generally(conflicts)))


def _completed(
    path: Path,
    language: Language,
    grammar: Grammar,
    notation: Notation,
    examples: Examples,
    wishes: Wishes,
) -> BundleDraft:
    """The bundle for a grammar that can be used, with what a person's examples tell of it."""
    if language.indentation is not None and examples.texts:
        unit = unit_of(examples.texts.values())
        language = replace(language, indentation=replace(language.indentation, unit=unit))
    return BundleDraft(
        language,
        examples.findings,
        _files(path, language, grammar, notation, examples, wishes),
        len({definition.name for definition in notation.definitions if not definition.terminal}),
        len(grammar.terminals),
        examples.tried,
        len(examples.texts),
    )


def identifier(path: Path) -> str:
    """The id of a language: the name of its grammar's file, or that of the folder if that says nothing."""
    says_nothing = path.stem.strip("_").lower() in ("grammar", "lark", "parser", "init")
    stem = path.resolve().parent.name if says_nothing else path.stem
    return _WORDS.sub("-", stem.lower()).strip("-0123456789") or "language"


def write(draft: BundleDraft, place: Path, *, force: bool = False) -> Language:
    """Write a bundle into its folder; its files there are replaced only with `force`, others never.

    Raises:
        UsageError: the folder is there, or cannot be written.
        BundleError: the bundle is not usable, which is a fault of ours.

    """
    if place.exists() and not force:
        raise UsageError("exists already", path=place, remedy="name another --id or --out, or use --force")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as made:
            folder = Path(made) / place.name
            _fill(folder, draft.files)
            load_bundle(folder)
            if place.exists():
                for name in draft.files:
                    (place / name).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(folder / name, place / name)
            else:
                shutil.move(folder, place)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", path=place, remedy="name another folder with --out"
        ) from None
    return load_bundle(place)


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)


def _first(texts: Mapping[str, str]) -> dict[str, str]:
    """The first of some examples, as many as may teach."""
    sizes = accumulate(len(text) for text in texts.values())
    return {name: text for (name, text), size in zip(texts.items(), sizes, strict=True) if size <= _TAUGHT}


def _told_by_examples(
    about: Manifest, files: Mapping[str, str], texts: Mapping[str, str], names: Set[str]
) -> dict[str, str]:
    """What only a whole bundle tells: the outlines of examples, what names in them refer to, and which the
    language brings. `names` are the kinds of nodes that are names.

    Raises:
        BundleError: a query of it is wrong, which is a fault of ours.

    """
    with tempfile.TemporaryDirectory() as made:
        _fill(Path(made), files)
        language = load_bundle(Path(made))
        told = names_told(language, texts.values(), names)
        closed = {**about.closed, **told.closed}
        found = {
            MANIFEST: replace(about, closed=closed, untold=tuple(told.closed)).text(),
            f"queries/{QUERY}.scm": told.query,
            f"queries/{ONCE}.scm": without_repeated(language, files[f"queries/{ONCE}.scm"], texts.values()),
        }
        if told.brought:
            found[BUILTINS] = builtins(told.brought, len(texts))
        named = {Path(name).stem: text for name, text in texts.items()}
        if text := outline_cases(language, named):
            found["corpus/names/outline.txt"] = text
    return found


def _files(
    path: Path,
    language: Language,
    grammar: Grammar,
    notation: Notation,
    examples: Examples,
    wishes: Wishes,
) -> dict[str, str]:
    forms = Forms(load_grammar(_with_all_starts(language)) if language.starts else grammar)
    texts = {name: one for name, one in examples.texts.items() if language.of_file(Path(name)) is language}
    taught = _first(texts)
    found_in = with_declarations(constructs(forms), forms, language, taught.values())
    about = manifest(forms, language, closed(found_in))
    found = {
        MANIFEST: about.text(),
        GRAMMAR: language.grammar.lstrip("\n"),
        **_imports(path, language),
        **{f"queries/{name}.scm": text for name, text in queries(forms, found_in).items()},
        **{f"examples/{name}": text for name, text in examples.texts.items()},
        **_docs(wishes.docs, forms, notation),
        **_snippets(Forms(grammar), notation, texts),
    }
    named = {Path(name).stem: text for name, text in texts.items()}
    found |= {f"corpus/{name}": text for name, text in cases(grammar, named).items()}
    kinds = {pattern.strip("()") for patterns in forms.names.values() for pattern in patterns}
    found |= _told_by_examples(about, found, taught, kinds)
    folders = {name.partition("/")[0] for name in found}
    missing = [f"{name}/" for name in ("docs", "examples", "corpus") if name not in folders]
    missing += [name for name in (SNIPPETS, BUILTINS) if name not in found]
    return {**found, "README.md": readme(about, missing)}


def _docs(folder: Path | None, forms: Forms, notation: Notation) -> dict[str, str]:
    """A person's own documents, else a beginning of some."""
    if folder is None:
        page = constructs_page(forms, notation)
        return {"docs/constructs.md": page} if page else {}
    pages = sorted(filter(is_regular, folder.glob("*.md")))
    if not pages:
        raise UsageError("no file *.md there", path=folder, remedy="name a folder of Markdown files")
    return {f"docs/{page.name}": read_text(page) for page in pages}


def _with_all_starts(language: Language) -> Language:
    """One language whose texts are those of all dialects: its grammar tells all nodes that there may be."""
    rule, starts = "_any_start", " | ".join(dialect.start for dialect in language.dialects)
    options = replace(language.lark, parser="earley", lexer=language.lark.lexer or "contextual")
    text = f"{language.grammar}\n{rule}: {starts}\n"
    return replace(language, grammar=text, start=rule, starts={}, lark=options)


def _snippets(forms: Forms, notation: Notation, examples: Mapping[str, str]) -> dict[str, str]:
    blocks, texts = forms.grammar.language.indentation, examples.values()
    unit = blocks.unit if blocks is not None else unit_of(texts) if texts else _UNIT
    page = snippets_page(forms, notation, texts, unit)
    return {SNIPPETS: page} if page else {}


def _imports(path: Path, language: Language) -> dict[str, str]:
    """The grammars beside this one that it imports; what it imports of Lark's own needs no copy."""
    found = {}
    for name in read_language(language).files:
        if isinstance(name, str):
            folders = (language.directory, *language.lark.import_paths)
            folder = next((one for one in folders if Path(name).is_relative_to(one)), folders[0])
            inside = os.path.relpath(name, folder).replace(os.sep, "/")
            if inside == GRAMMAR or inside.startswith("../"):
                raise UsageError(
                    f"imports {inside}, for which there is no place beside its copy {GRAMMAR}",
                    path=path,
                    remedy="give that file another name, or put it beside the grammar",
                )
            found[inside] = read_text(Path(name))
    return found


def _taken(id_: str, path: Path) -> Finding:
    return Finding(
        FindingKind.TAKEN,
        Severity.WARNING,
        f"a language `{id_}` comes with the product: this one takes its place",
        "name another with --id, if that is not meant",
        path=str(path),
    )


def _chosen(notation: Notation, start: str, path: Path, *, wished: bool) -> Finding:
    why = "as you said" if wished else "since there is no `start`, and no other rule needs it"
    place = notation.place_of(start)
    return Finding(
        FindingKind.START,
        Severity.NOTE,
        f"the start rule is `{start}`, {why}",
        "name another with --start",
        start,
        place,
        None if place is None else notation.line_of(place.start),
        str(path),
    )


def _extension(wishes: Wishes, id_: str) -> str:
    if wishes.extension is not None:
        return wishes.extension if wishes.extension.startswith(".") else f".{wishes.extension}"
    common = commonest_extension(wishes.examples) if wishes.examples is not None else None
    return common or f".{id_}"


def _bare(path: Path, text: str, id_: str, start: str, wishes: Wishes) -> Language:
    """A language of which no more than the grammar is known; what that imports is looked for beside it.

    Files with another start rule are claimed by their last extension, or else by their whole name.

    Raises:
        UsageError: they have neither.

    """
    of_files = wishes.starts.of_files
    claimed = [_extension(wishes, id_), *(Path(pattern).suffix for pattern in of_files)]
    whole = [pattern for pattern in of_files if not Path(pattern).suffix]
    if (unclaimed := next((pattern for pattern in whole if _WILD.search(pattern)), None)) is not None:
        remedy = "end the pattern with an extension, or write a whole name"
        raise UsageError(f"no extension tells which files '{unclaimed}' are of the language", remedy=remedy)
    return replace(
        bare_language(text, path.resolve().parent, start),
        id=id_,
        name=wishes.name or id_.replace("-", " ").replace("_", " ").capitalize(),
        extensions=tuple(dict.fromkeys(filter(None, claimed))),
        filenames=tuple(whole),
        starts=of_files,
    )
