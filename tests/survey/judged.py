"""What Lark and we make of one grammar, and whether we agree on programs of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from random import Random
from types import FrameType

from lark import Lark
from lark.exceptions import LarkError, UnexpectedInput

from lsp_server.constraint import check, load_grammar
from lsp_server.errors import GrammarError
from lsp_server.evaluation.mutations import Mutator
from lsp_server.evaluation.sampling import draw_samples
from lsp_server.inspection import grammar_of, indentation
from lsp_server.lalr import Grammar
from lsp_server.languages import Indentation, Language, bare_language
from tests.lark_judge import indenter
from tests.survey.found import Published

SAMPLES = 50
MUTANTS = 100
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one grammar fared.

    `lark`: why Lark itself has no LALR(1) parser for it; "" if it has one. `ours`: why we refuse it.
    `taken` of `sampled` programs made from our reading are valid to Lark, and of `mutants` of them it
    judges `agreed` as we do. `differs` is one text on which we do not agree.
    """

    published: Published
    lark: str
    ours: str
    sampled: int = 0
    taken: int = 0
    mutants: int = 0
    agreed: int = 0
    differs: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether it loads, and Lark says the same of every program."""
        return not self.ours and self.sampled > 0 and self.differs is None


def judge(published: Published) -> Verdict:
    """Load a grammar here and with Lark, and compare what both say of programs and of mutants."""
    language = language_of(published)
    lark, reason = _lark(published, language.indentation)
    try:
        with _patience(PATIENCE):
            grammar = load_grammar(language)
    except GrammarError as error:
        return Verdict(published, reason, error.message)
    except TimeoutError:
        return Verdict(published, reason, "takes longer than a minute")
    return Verdict(published, reason, "") if lark is None else _compared(published, lark, grammar)


def language_of(published: Published) -> Language:
    """A language that has a grammar and nothing else, but what its blocks by indentation are."""
    plain = _plain(published)
    try:
        return replace(plain, indentation=indentation(plain, grammar_of(plain.grammar)))
    except GrammarError:
        return plain


def _plain(published: Published) -> Language:
    return bare_language(published.text, published.path.parent, published.start)


def _lark(published: Published, blocks: Indentation | None) -> tuple[Lark | None, str]:
    try:
        with _patience(PATIENCE):
            return Lark(
                published.text,
                parser="lalr",
                start=published.start,
                source_path=str(published.path.parent / "grammar.lark"),
                import_paths=[str(published.path.parent)],
                postlex=None if blocks is None else indenter(**asdict(blocks)),
            ), ""
    except (LarkError, OSError, AssertionError, ImportError, ValueError) as error:
        return None, " ".join(str(error).split())[:160] or type(error).__name__
    except TimeoutError:
        return None, "takes longer than a minute"


def _compared(published: Published, lark: Lark, grammar: Grammar) -> Verdict:
    rng = Random(1)
    sampled = taken = mutants = agreed = 0
    differs: str | None = None
    try:
        with _patience(PATIENCE):
            texts = draw_samples(grammar, SAMPLES, seed=1).texts
            for text in texts:
                sampled += 1
                valid = _takes(lark, text)
                taken += valid
                differs = differs if valid else text
            mutator = Mutator(grammar, rng)
            for _ in range(MUTANTS if texts and grammar.terminals else 0):
                text = mutator.mutate(rng.choice(texts))
                mutants += 1
                same = _takes(lark, text) == (check(grammar, text) is None)
                agreed += same
                differs = differs if same else text
    except TimeoutError:
        pass
    return Verdict(published, "", "", sampled, taken, mutants, agreed, differs)


def _takes(lark: Lark, text: str) -> bool:
    try:
        lark.parse(text)
    except UnexpectedInput:
        return False
    return True


@contextmanager
def _patience(seconds: int) -> Iterator[None]:
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
