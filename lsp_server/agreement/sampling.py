"""Makes programs from a grammar at random: sentences of its rules, written out so that they are read back.

The same grammar, count and seed always give the same programs. It must not know any other parser of the
language: what a program proves is for others to see.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from lsp_server.agreement.derivations import Deriver, smallest, within
from lsp_server.agreement.spelling import Speller, draw
from lsp_server.constraint import Grammar, Stack
from lsp_server.lalr.grammar import CODE
from lsp_server.lalr.lexing import drive, next_lexeme
from lsp_server.lalr.table import END, Rule

LONGEST = 60
"""The size at which most programs end: their lexemes, and the nonterminals in their derivation."""

_LARGEST = 10_000
"""No program is made with a production whose smallest derivation is larger."""
_TRIES = 12
_RENDERINGS = 3
_UNIT = 4


@dataclass(frozen=True, slots=True)
class Samples:
    """Programs that the grammar accepts, and what did not become one.

    `dropped` counts, by the terminal before which they could not go on, sentences that could not be
    written so that the grammar reads them back; `productions` counts those that some sentence may use,
    `used` those that a program here uses, and `unused` names the others.
    """

    texts: tuple[str, ...] = field(repr=False)
    dropped: Mapping[str, int]
    productions: int
    used: int
    unused: tuple[str, ...] = field(repr=False)


def draw_samples(
    grammar: Grammar,
    count: int,
    seed: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> Samples:
    """Write `count` sentences of a grammar as programs, each text once; none where all are too long.

    Args:
        grammar: the language.
        count: the number of sentences; those that cannot be written are counted and left out.
        seed: the same one gives the same programs.
        progress: gets the number of sentences done.

    """
    source = random.Random(seed)  # noqa: S311
    table = grammar.table
    root, rules_of = table.root.expansion[0], within(table.by_origin, _LARGEST)
    if root not in smallest(rules_of):
        return Samples((), {}, 0, 0, ())
    deriver = Deriver(rules_of, root, source)
    speller = Speller(grammar, source)
    texts: dict[str, None] = {}
    used: set[Rule] = set()
    dropped: Counter[str] = Counter()
    for done in range(1, count + 1):
        budget = source.randint(2, LONGEST)
        terminals, rules = deriver.derive(budget)
        writer = _Writer(grammar, speller, source)
        text = next((text for _ in range(_RENDERINGS) if (text := writer.write(terminals)) is not None), None)
        if text is None:
            dropped[writer.stopped] += 1
        else:
            texts[text] = None
            used |= rules
        progress(done)
    unused = sorted(deriver.productions - used, key=lambda rule: (rule.origin, rule.expansion))
    return Samples(
        tuple(texts),
        dict(dropped.most_common()),
        len(deriver.productions),
        len(used),
        tuple(f"{rule.origin}: {' '.join(rule.expansion)}" for rule in unused),
    )


class _Writer:
    """Writes sentences lexeme by lexeme, looking back each time whether all is still read as it was meant."""

    def __init__(self, grammar: Grammar, speller: Speller, source: random.Random) -> None:
        self._grammar = grammar
        self._speller = speller
        self._random = source
        self._ignored = sorted(grammar.ignored)
        self.stopped = ""

    def write(self, terminals: tuple[str, ...]) -> str | None:
        """A program whose lexemes are these terminals; None where none was found."""
        grammar = self._grammar
        text, stack = "", grammar.start()
        before: tuple[Stack, str, int] | None = None
        for terminal, column in _with_columns(grammar, terminals):
            found = self._append(text, stack, terminal, column, before)
            if found is None:
                self.stopped = terminal
                return None
            start, text = found
            after = grammar.shift(stack, terminal, text, start, len(text))
            if after is None:
                self.stopped = terminal
                return None
            before, stack = (stack, terminal, start), after
        for end in islice(self._gaps(stack), _TRIES):
            if self._reads(text + end, terminals):
                return text + end
        self.stopped = END
        return None

    def _append(
        self, text: str, stack: Stack, terminal: str, column: int, before: tuple[Stack, str, int] | None
    ) -> tuple[int, str] | None:
        """The text with one lexeme more, and where that begins."""
        grammar = self._grammar
        if terminal not in grammar.terminals:
            return None
        for gap in islice(self._gaps(stack), _TRIES):
            start = len(text) + len(gap)
            lexeme_text = self._speller.spell(terminal, stack.tag)
            if terminal in grammar.line_ends:
                lexeme_text = lexeme_text.rpartition("\n")[0] + "\n" + " " * column
            longer = text + gap + lexeme_text
            if before is not None:
                earlier, name, at = before
                if grammar.scanner_at(earlier).match(longer, at) != (name, len(text)):
                    continue
            # What a closing terminal is depends on what comes after it, which is not yet written.
            if terminal not in grammar.closers:
                lexeme = next_lexeme(grammar, stack, longer, len(text))
                if (lexeme.terminal, lexeme.start, lexeme.end) != (terminal, start, len(longer)):
                    continue
            return start, longer
        return None

    def _gaps(self, stack: Stack) -> Iterator[str]:
        """What to try between two lexemes: in code mostly a blank, else nothing."""
        code = self._grammar.modes[stack.state] == CODE
        if code:
            drawn = self._random.choices((" ", "", "\n", None), (7, 3, 2, 0.3))[0]
            yield self._between() if drawn is None else drawn
        while True:
            yield ""
            if code:
                yield " "
                yield "\n"

    def _between(self) -> str:
        """Something that the grammar ignores, with blanks around it."""
        if not self._ignored:
            return ""
        name = self._random.choice(self._ignored)
        blanks = self._random.choices((" ", "", "\n"), k=2)
        return blanks[0] + draw(self._grammar.terminals[name].node, self._random) + blanks[1]

    def _reads(self, text: str, terminals: tuple[str, ...]) -> bool:
        """Whether the grammar reads exactly these terminals in a text, and accepts it."""
        lexemes = list(drive(self._grammar, self._grammar.start(), text, 0))
        last, stack = lexemes[-1]
        read = tuple(
            name
            for lexeme, at in lexemes
            for name in self._grammar.read_as(at, lexeme.terminal, text, lexeme.start, lexeme.end)
        )
        return read == terminals and last.terminal == END and self._grammar.completes(stack)


def _with_columns(grammar: Grammar, terminals: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Terminals that have a text, with the column of the next line where one is the end of a line.

    One without a text that comes of no line end stays, so that the sentence cannot be written.
    """
    blocks, levels = grammar.blocks, [0]
    marks = ("", "") if blocks is None else blocks.layout.marks
    waiting = ""
    for terminal in terminals:
        if waiting and terminal == marks[0]:
            levels.append(levels[-1] + _UNIT)
        elif waiting and terminal == marks[1] and len(levels) > 1:
            levels.pop()
        else:
            if waiting:
                yield waiting, levels[-1]
            waiting = terminal if terminal in grammar.line_ends else ""
            if not waiting:
                yield terminal, 0
    if waiting:
        yield waiting, levels[-1]
