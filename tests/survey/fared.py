"""How a project's grammar fares here, unmodified, with the programs that its own Lark takes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from lark import Lark
from lark.exceptions import LarkError, UnexpectedInput
from lark.indenter import DedentError

from lsp_server.agreement.asking import Judge, Verdict
from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.authoring.starts import Starts
from lsp_server.cancellation import StoppedError
from lsp_server.constraint import check, load_grammar
from lsp_server.errors import HolegramError
from lsp_server.inspection.described import grammar_of, indentation
from lsp_server.lalr import Grammar
from lsp_server.languages import LarkOptions, bare_language
from tests.lark_judge import indenter
from tests.survey.judged import patience
from tests.survey.projects import Project
from tests.survey.suggested import Suggested, suggest

PATIENCE = 60
_EACH = 5
_MOST = 60
_MUTANTS = 60
_SIGNS = re.compile(r"\w+|\S")


@dataclass(frozen=True, slots=True)
class Slips:
    """Programs with a slip, of which so many were tried.

    `missed` are those that Lark refuses and we take, `alarms` those that Lark takes and we do not.
    """

    tried: int = 0
    missed: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fared:
    """How one grammar fared.

    `lark`: why the project's Lark cannot be made; "" if it can. `ours`: why we refuse the grammar.
    `programs`: those that Lark takes; `refused` those of them that we do not.
    """

    project: Project
    lark: str
    ours: str
    programs: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    slips: Slips = Slips()
    suggested: tuple[Suggested, ...] = ()

    @property
    def works(self) -> bool:
        """Whether it loads, and reads all programs, where there are any."""
        return not self.ours and not self.refused


def programs_of(project: Project) -> tuple[str, ...]:
    """The programs of a project that its own Lark takes; none where that cannot be made."""
    lark, _ = _lark(project)
    return () if lark is None else tuple(_programs(project, lark))


def taken_by(project: Project) -> Judge:
    """The judge of a project's programs: its own Lark.

    Raises:
        LarkError: that cannot be made.

    """
    lark, reason = _lark(project)
    if lark is None:
        raise LarkError(reason)
    return lambda text: Verdict(_takes(lark, text) is not False)


def fare(project: Project, cursors: int = 0) -> Fared:
    """Try one grammar as somebody would who has it; suggestions at so many cursors of each kind."""
    lark, reason = _lark(project)
    programs = tuple(_programs(project, lark)) if lark is not None else ()
    try:
        with patience(PATIENCE):
            grammar = _load(project)
    except HolegramError as error:
        return Fared(project, reason, str(error).replace(f"{project.folder}/", ""), programs)
    except TimeoutError:
        return Fared(project, reason, "takes longer than a minute", programs)
    if isinstance(grammar, str):
        return Fared(project, reason, grammar.replace(f"{project.folder}/", ""), programs)
    refused = tuple(text for text in programs if not _ours(grammar, text))
    if lark is None:
        return Fared(project, reason, "", programs, refused)
    suggested = suggest(grammar.language, programs, lambda text: _takes(lark, text) is not False, cursors)
    return Fared(project, reason, "", programs, refused, _slips(lark, grammar, programs), tuple(suggested))


def _slips(lark: Lark, grammar: Grammar, programs: Sequence[str]) -> Slips:
    texts = tuple(_mutants(programs))
    said = [(text, _takes(lark, text)) for text in texts]
    differ = [(text, takes) for text, takes in said if takes is not None and takes != _ours(grammar, text)]
    missed = tuple(text for text, takes in differ if not takes)
    return Slips(len(texts), missed, tuple(text for text, takes in differ if takes))


def _load(project: Project) -> Grammar | str:
    """The grammar that `holegram new` makes a bundle of; else why it refuses to."""
    folders = (project.file.parent.parent,) if "imports=.." in project.options else ()
    lexer = "basic" if "lexer=basic" in project.options else ""
    lark = LarkOptions(project.parser, lexer, import_paths=tuple(folder.resolve() for folder in folders))
    wishes = Wishes(starts=Starts(project.start), lark=lark)
    text = project.grammar if project.path.startswith("string-in:") else None
    made = draft(project.file, wishes, text)
    if made.refused:
        errors = [finding for finding in made.findings if finding.severity.name == "ERROR"]
        first = errors[0]
        return f"{Path(first.path or '').name}:{first.line or ''}: {first.message}; {first.remedy}"
    with tempfile.TemporaryDirectory() as folder:
        language = write(made, Path(folder) / made.language.id)
        _ = language.examples
        return load_grammar(language)


def _ours(grammar: Grammar, text: str) -> bool:
    try:
        with patience(_EACH * 2):
            return check(grammar, text) is None
    except (TimeoutError, StoppedError):
        return False


def _programs(project: Project, lark: Lark) -> Iterator[str]:
    count = 0
    for text in project.candidates():
        if _takes(lark, text):
            yield text
            count += 1
            if count >= _MOST:
                return


def _takes(lark: Lark, text: str) -> bool | None:
    """Whether Lark takes a text; None where it takes too long."""
    try:
        with patience(_EACH):
            lark.parse(text)
    except (UnexpectedInput, DedentError, LarkError, AssertionError):
        return False
    except TimeoutError:
        return None
    except (RecursionError, AttributeError, KeyError, TypeError, ValueError):
        return None
    return True


def _mutants(programs: Sequence[str]) -> Iterator[str]:
    """Programs with a word or sign left out, doubled, or exchanged for another of the same program."""
    rng = Random(1)
    short = [text for text in programs if len(text) < 2_000]
    for _ in range(_MUTANTS if short else 0):
        text = rng.choice(short)
        words = list(_SIGNS.finditer(text))
        if words:
            word, other = rng.choice(words), rng.choice(words)
            put = rng.choice(("", f"{word[0]} {word[0]}", other[0]))
            yield text[: word.start()] + put + text[word.end() :]


def _lark(project: Project) -> tuple[Lark | None, str]:
    """The project's own Lark, as far as its options can be had without its code."""
    text = project.grammar
    options: dict[str, Any] = {"parser": project.parser, "start": project.start}
    if "regex=True" in project.options:
        options["regex"] = True
    if "lexer=basic" in project.options:
        options["lexer"] = "basic"
    if "postlex=own" in project.options:
        return None, "its post-lexer is code of its own"
    if project.parser == "lalr":
        options["maybe_placeholders"] = False
        language = bare_language(text, project.file.parent, project.start)
        try:
            blocks = indentation(language, grammar_of(text))
        except HolegramError:
            blocks = None
        if blocks is not None:
            options["postlex"] = indenter(**asdict(blocks))
    try:
        with patience(PATIENCE):
            folders = [str(project.file.parent), str(project.file.parent.parent)]
            return Lark(text, source_path=str(project.file), import_paths=folders, **options), ""
    except (LarkError, OSError, AssertionError, ImportError, ValueError, re.error) as error:
        return None, " ".join(str(error).split())[:160] or type(error).__name__
    except TimeoutError:
        return None, "takes longer than a minute"
