"""What may be typed behind an entry of a list so that a whole text is valid: proposals, for a judge to try.

Lexemes are put in behind the entry, the fewest first, until all that follows can be read: a rule that is open
is written to its end in the shortest way, or one more lexeme is. That a text can be gone on with is shown by
nothing but the judge's consent to one of these.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import islice

from lsp_server.agreement.asking import Judge
from lsp_server.constraint import Grammar, Stack, load_grammar
from lsp_server.lalr import END, NOTHING, drive
from lsp_server.languages import Language
from tests.constraint.texts import examples

_STEPS = 600
"""So many stacks are gone on from before the search gives up."""

_JUDGED = 60
"""So many proposals are put to the judge."""

_LEXEMES = 12
"""What follows has to be read so far before a proposal is put to the judge."""

_COLUMNS = ("", " " * 4, " " * 8, " " * 12)
"""How lines begin, where that counts."""

_LEADS = 8
"""So many ends of what is gone may stand behind what is put in."""

_PIECE = re.compile(r"\w+|[^\w\s]")


class Writer:
    """Writes what may follow a stack, with lexemes that the examples of a language have."""

    def __init__(self, grammar: Grammar, texts: Sequence[str]) -> None:
        self.grammar = grammar
        self.samples = {t.name: t.word for t in grammar.terminals.values() if t.word is not None}
        for text in texts:
            for lexeme, _ in drive(grammar, grammar.start(), text, 0):
                if lexeme.terminal not in (END, NOTHING):
                    self.samples.setdefault(lexeme.terminal, text[lexeme.start : lexeme.end])

    @cached_property
    def shortest(self) -> dict[str, tuple[str, ...]]:
        """The shortest sentence of each nonterminal that has one whose terminals are all known."""
        found: dict[str, tuple[str, ...]] = {}
        rules, changed = self.grammar.table.by_origin, True
        while changed:
            changed = False
            for origin, bodies in rules.items():
                for rule in bodies:
                    sentence = self._sentence(rule.expansion, found)
                    if sentence is not None and (origin not in found or len(sentence) < len(found[origin])):
                        found[origin] = sentence
                        changed = True
        return found

    def _sentence(self, symbols: Sequence[str], known: dict[str, tuple[str, ...]]) -> tuple[str, ...] | None:
        made: list[str] = []
        for symbol in symbols:
            if symbol in known:
                made += known[symbol]
            elif symbol in self.samples or symbol in self.grammar.closers:
                made.append(symbol)
            else:
                return None
        return tuple(made)

    def written(
        self, stack: Stack, text: str, terminals: Sequence[str], column: str = ""
    ) -> tuple[Stack, str] | None:
        """The stack after some terminals, and the text with them; `column` is how a line begins that does."""
        grammar = self.grammar
        for terminal in terminals:
            sample = stack.tag if terminal in grammar.closers else self.samples.get(terminal)
            if terminal in grammar.line_ends:
                sample = "\n" + column
            after = None if sample is None else grammar.shift(stack, terminal, sample, 0, len(sample))
            if sample is None or after is None:
                return None
            blank = grammar.scanner_at(stack).match(" ", 0)
            glue = " " if blank is not None and blank[0] in grammar.ignored else ""
            stack, text = after, text + glue + sample
        return stack, text

    def ways(self, stack: Stack) -> Iterator[tuple[str, ...]]:
        """The ends of the rules that are open on a stack, and each terminal that may come next."""
        table = self.grammar.table
        for item in table.kernels[table.settled(stack).state]:
            sentence = self._sentence(item.rule.expansion[item.dot :], self.shortest)
            if sentence:
                yield sentence
        for terminal in table.accepts[stack.state]:
            yield (terminal,)

    def _spelled(self, stack: Stack) -> Iterator[tuple[tuple[str, ...], str]]:
        for terminals in self.ways(stack):
            begins = not self.grammar.line_ends.isdisjoint(terminals)
            yield from ((terminals, column) for column in (_COLUMNS if begins else _COLUMNS[:1]))

    def proposals(self, before: str, afters: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Texts to put between `before` and one of `afters`, each with that one."""
        grammar = self.grammar
        *_, (lexeme, stack) = drive(grammar, grammar.start(), before, 0)
        if lexeme.terminal != END:
            return
        order = itertools.count()
        heap: list[tuple[int, int, Stack, str]] = [(0, next(order), stack, "")]
        seen = {(stack.states(), stack.tag)}
        for _ in range(_STEPS):
            if not heap:
                return
            cost, _, stack, text = heapq.heappop(heap)
            yield from ((text, after) for after in afters if self._reads(stack, after))
            for terminals, column in self._spelled(stack):
                made = self.written(stack, text, terminals, column)
                if made is not None and (key := (made[0].states(), made[0].tag)) not in seen:
                    seen.add(key)
                    heapq.heappush(heap, (cost + len(terminals) + 1, next(order), *made))

    def _reads(self, stack: Stack, text: str) -> bool:
        lexeme, last = NOTHING, stack
        for count, (found, at) in enumerate(drive(self.grammar, stack, text, 0)):
            lexeme, last = found.terminal, at
            if count == _LEXEMES:
                break
        return self.grammar.completes(last) if lexeme == END else lexeme != NOTHING


@cache
def writer_of(language: Language) -> Writer:
    """The writer of a language; it has read the examples of its bundle."""
    return Writer(load_grammar(language), examples(language))


def witness(language: Language, judge: Judge, before: str, after: str, gone: str = "") -> str | None:
    """A text between two others with which the judge accepts all of it; None where none was found.

    Args:
        language: of the texts.
        judge: of the language.
        before: what stands up to the end of an entry.
        after: what stands behind it.
        gone: what the entry replaced, and what stood between it and `after` in a valid text.

    """
    for text in islice(_tried(writer_of(language), before, after, gone), _JUDGED):
        if judge(before + text + after).well_formed:
            return text
    return None


def _tried(writer: Writer, before: str, after: str, gone: str) -> Iterator[str]:
    """Proposals, some of which end as what is gone did."""
    leads = [*dict.fromkeys(gone[match.start() :] for match in _PIECE.finditer(gone))][:_LEADS]
    yield from ("", " ", "\n", *leads, *(f" {lead}" for lead in leads))
    afters = {lead + after: lead for lead in ("", *leads)}
    for text, found in writer.proposals(before, [*afters]):
        lead = afters[found]
        for whole in dict.fromkeys((text + " ", text, text + "\n", text.lstrip(" ") + " ", f"\n{text} ")):
            yield whole + lead
