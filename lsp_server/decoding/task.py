"""What the decode loop is asked, what it answers, and what that cost: plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lsp_server.constraint import Oracle
from lsp_server.decoding.evidence import Evidence
from lsp_server.names.guard import Guard


@dataclass(frozen=True, slots=True)
class MaskGrammar:
    """A hole grammar as the mask engine takes it, and what stands already after its beginning.

    `lead` is that text, up to the healing. `relaxation` is the number of lexemes after the cursor that the
    grammar looks at.
    """

    grammar: str = field(repr=False)
    lead: str
    relaxation: int


@dataclass(frozen=True, slots=True)
class Task:
    """What to fill in at one cursor.

    `prompt` are the model's tokens up to the healing. `holes` describe the place, the first one that the
    mask engine takes is used. `heal` is the text from the end of their leads to the cursor.
    `max_tokens` are those after the healing. `after` is the beginning of what follows the cursor. `agrees`
    is asked of each text that the oracle takes for a whole one, and may refuse it. What stands `before` the
    healing, and in `others`, is likely to stand here again; where nothing is said to, the model alone tells.
    """

    prompt: Sequence[int]
    holes: Iterable[MaskGrammar]
    heal: str
    oracle: Oracle
    max_tokens: int
    multiline: bool = False
    after: str = ""
    before: str = field(default="", repr=False)
    others: Sequence[str] = field(default=(), repr=False)
    agrees: Callable[[str], bool] = field(default=lambda typed: True, repr=False)
    unwanted: Callable[[str, bool], str | None] = field(default=lambda typed, whole: None, repr=False)
    """The beginning of a text for which none is wanted that begins so; with the flag, nor that itself."""

    confident: bool = False
    """Whether only a text will do that begins as the model wrote it (see `Candidate`)."""

    begins: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Whether something has to be begun, even where the rest fits without. It is asked where that does."""

    late: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Whether the time is up: then nothing more is tried, and a text is cut back to where the rest fits."""

    ends: Sequence[int] = ()
    """Tokens beside the model's end with which it ends, such as those that close what it was told to open."""

    wrote: Callable[[str], None] = field(default=lambda typed: None, repr=False)
    """Is told what is written so far."""

    hopeless: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Whether nothing will do that is found: it is asked before each token, and takes time to tell."""

    word: str = r"\w+"
    """What is a word there, as a regular expression."""

    names: Guard | None = field(default=None, repr=False)
    """Watches that each word spells a name that exists, where all names have to; nothing does where it is
    None.
    """

    indented: bool = False
    """Whether lines tell the blocks: then how far one is indented is not what tells two suggestions apart."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that fits. `logprob` is the mean over its tokens; `stop` says what ended it.

    `stop` is `end` (the model ended it), `line` (the model began a new line), `met` (the model went on with
    what follows the cursor), `cut` (out of budget, or at
    a dead end, it was cut back to the last place where the rest fits), or `closed` (there was no such
    place, and the shortest way to one was added). `evidence` is what speaks for the first word. A
    closed text is `confident` if it begins as the model wrote it, and that is not all too unlikely.
    """

    text: str
    logprob: float
    stop: str
    evidence: Evidence
    confident: bool = True

    @property
    def sureness(self) -> float:
        """The log-probability of the first word, given the letters of it that stand."""
        return self.evidence.word


@dataclass(slots=True)
class Statistics:
    """What a decode cost, in milliseconds and counts; it grows while the decode runs.

    `tokens`: those that were asked for; `copied`: those that were taken from the texts around without being
    asked for, `forced`: those that were all that the grammar allows; `passes`: how often the model was run,
    each time for several of them perhaps. `bans`: tokens that the mask allowed and the loop refused, for
    the oracle most often. `rollbacks`: tokens taken back. `named`: words in whose place a name was chosen
    that exists. `cut`: paths that ran out of budget or into a dead end; `lost`: those that led nowhere at
    all; `astray`: those on which the model did nothing but repeat itself. `satisfied`: paths on which the
    model had nothing to add to a text that was valid already. `masked`: masks that were made, none where
    the model's own words fit. `unmasked`: 1 if one was needed and the mask engine took none of the holes,
    so that the oracle alone decided. `relaxation` is that of the hole that it took.
    """

    hole_ms: float = 0.0
    compile_ms: float = 0.0
    model_ms: float = 0.0
    mask_ms: float = 0.0
    oracle_ms: float = 0.0
    tokens: int = 0
    copied: int = 0
    forced: int = 0
    passes: int = 0
    bans: int = 0
    rollbacks: int = 0
    named: int = 0
    cut: int = 0
    lost: int = 0
    astray: int = 0
    satisfied: int = 0
    masked: int = 0
    unmasked: int = 0
    relaxation: int = 0
