"""The words and signs of a grammar that may stand at a cursor, with those that can only follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lsp_server.constraint import Grammar, Stack
from lsp_server.features.lists.judging import EntryJudge
from lsp_server.lalr import only_next
from lsp_server.lalr.finite import all_texts
from lsp_server.languages import QUOTES

_FORCED = 4
"""So many words are written on that are all that can follow."""


def fixed_lexemes(
    judge: EntryJudge, stack: Stack, begun: str, written: Callable[[str], str], *, signs: bool
) -> Iterator[str]:
    """The fixed lexemes that may stand after a stack, with the words that are all that can follow them.

    One that would be no more than a name is left out.
    """
    grammar, table = judge.grammar, judge.grammar.table
    names = _names(grammar, stack)
    accepted = sorted(table.accepts[stack.state] - table.dead)
    spelled = [(name, word) for name in accepted for word in _spellings(grammar, name)]
    for name, word in spelled:
        if not word.casefold().startswith(begun) or word[0] in QUOTES:
            continue
        if not (signs or word[0].isalnum() or word[-1].isalnum()):
            continue
        after = table.shift(stack, name)
        if after is None or not (table.actions[table.settled(after).state] or grammar.completes(after)):
            continue
        if word[:1].isalpha() and name not in grammar.reserved and _is_name(grammar, names, word, after):
            continue
        steps = [(after, written(word)), *_forced(grammar, after, written(word), written)]
        met = (text for at, text in steps if len(steps) > 1 and judge.is_met(at))
        found = next(met, None) or next((text for at, text in reversed(steps) if judge.may_follow(at)), None)
        if found is not None:
            yield found


def _spellings(grammar: Grammar, name: str) -> tuple[str, ...]:
    """The texts of a terminal that reads one word or sign, or one of a few words."""
    terminal = grammar.terminals.get(name)
    if terminal is None:
        return ()
    if terminal.word is not None:
        return (terminal.word,)
    return tuple(text for text in all_texts(terminal.node) if len(text) > 1 and text.isidentifier())


def _names(grammar: Grammar, stack: Stack) -> dict[str, tuple[int, ...]]:
    """The lexemes that are not fixed, such as names, and where each leads."""
    names = (n for n in grammar.table.accepts[stack.state] if n in grammar.terminals)
    kinds = [n for n in names if not _spellings(grammar, n) and n not in grammar.ignored]
    found = ((name, grammar.table.shift(stack, name)) for name in kinds)
    return {name: grammar.table.settled(after).states() for name, after in found if after is not None}


def _is_name(grammar: Grammar, names: Mapping[str, tuple[int, ...]], word: str, after: Stack) -> bool:
    """Whether one of some names could be a word, and lead where that does, to a given stack."""
    states = grammar.table.settled(after).states()
    alike = (grammar.terminals[name] for name, at in names.items() if at == states)
    found = (grammar.lexicon.match_of(terminal)(word, 0) for terminal in alike)
    return any(match is not None and match.end() == len(word) for match in found)


def _forced(
    grammar: Grammar, stack: Stack, text: str, written: Callable[[str], str]
) -> Iterator[tuple[Stack, str]]:
    """Each word that is all that can follow, with those before it, and the stack after it."""
    for _ in range(_FORCED):
        name = only_next(grammar.table, stack)
        if name is None or name not in grammar.terminals or grammar.completes(stack):
            return
        word = grammar.terminals[name].word
        if word is None or not word.isalpha():
            return
        after = grammar.table.shift(stack, name)
        assert after is not None
        stack, text = after, f"{text} {written(word)}"
        yield stack, text
