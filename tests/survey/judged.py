"""What Lark and we make of one grammar, and whether we agree on programs of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from random import Random
from types import FrameType

from lark import Lark
from lark.exceptions import LarkError, UnexpectedInput
from lark.indenter import DedentError

from lsp_server.agreement.mutations import Mutator
from lsp_server.agreement.sampling import draw_samples
from lsp_server.constraint import check, load_grammar
from lsp_server.errors import GrammarError
from lsp_server.inspection.described import grammar_of, indentation
from lsp_server.lalr import Grammar
from lsp_server.languages import Indentation, Language, bare_language
from tests.lark_judge import indenter
from tests.survey.found import Published

SAMPLES = 50
MUTANTS = 100
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, and whether Lark takes it: a `program` made from our reading, or a mutant of one."""

    text: str
    program: bool
    lark: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one grammar fared.

    `lark`: why Lark itself has no LALR(1) parser for it; "" if it has one. `ours`: why we refuse it.
    `texts`: programs and mutants of it. `differs` are those of which we do not say what Lark says.
    """

    published: Published
    lark: str
    ours: str
    texts: tuple[Judged, ...] = ()
    differs: tuple[Judged, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether it loads, and Lark says the same of every text."""
        return not self.lark and not self.ours and bool(self.texts) and not self.differs


def judge(published: Published) -> Verdict:
    """Load a grammar here and with Lark, and compare what they say of programs and of mutants."""
    language = language_of(published)
    lark, reason = _lark(published, language.indentation)
    try:
        with patience(PATIENCE):
            grammar = load_grammar(language)
    except GrammarError as error:
        return Verdict(published, reason, _inside(published, error.message))
    except TimeoutError:
        return Verdict(published, reason, "takes longer than a minute")
    if lark is None:
        return Verdict(published, reason, "")
    texts = tuple(_texts(lark, grammar))
    differs = tuple(one for one in texts if (check(grammar, one.text) is None) != one.lark)
    return Verdict(published, "", "", texts, differs)


def language_of(published: Published) -> Language:
    """A language that has a grammar and nothing else, but what its blocks by indentation are."""
    plain = _plain(published)
    try:
        return replace(plain, indentation=indentation(plain, grammar_of(plain.grammar)))
    except GrammarError:
        return plain


def _plain(published: Published) -> Language:
    return bare_language(published.text, published.path.parent, published.start)


def _inside(published: Published, reason: str) -> str:
    """A reason that names files as they are called in their folder."""
    return reason.replace(f"{published.path.parent}/", "")


def _lark(published: Published, blocks: Indentation | None) -> tuple[Lark | None, str]:
    try:
        with patience(PATIENCE):
            return Lark(
                published.text,
                parser="lalr",
                start=published.start,
                source_path=str(published.path.parent / "grammar.lark"),
                import_paths=[str(published.path.parent)],
                postlex=None if blocks is None else indenter(**asdict(blocks)),
            ), ""
    except (LarkError, OSError, AssertionError, ImportError, ValueError) as error:
        return None, " ".join(_inside(published, str(error)).split())[:160] or type(error).__name__
    except TimeoutError:
        return None, "takes longer than a minute"


def _texts(lark: Lark, grammar: Grammar) -> Iterator[Judged]:
    """Programs, and mutants of them."""
    rng = Random(1)
    with suppress(TimeoutError), patience(PATIENCE):
        programs = draw_samples(grammar, SAMPLES, seed=1).texts
        judged = ((text, _takes(lark, text)) for text in programs)
        yield from (Judged(text, True, takes) for text, takes in judged if takes is not None)
        mutator = Mutator(grammar, rng)
        for _ in range(MUTANTS if programs and grammar.terminals else 0):
            text = mutator.mutate(rng.choice(programs))
            takes = _takes(lark, text)
            if takes is not None:
                yield Judged(text, False, takes)


def _takes(lark: Lark, text: str) -> bool | None:
    """Whether Lark takes a text; None where its indenter fails: at a comment for a line end."""
    try:
        lark.parse(text)
    except (UnexpectedInput, DedentError):
        return False
    except IndexError:
        return None
    return True


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in what takes longer."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
