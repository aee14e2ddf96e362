"""The completion list of an editor while one types, as VS Code has it by default.

A list is asked for when a word is begun, and after each trigger character. While it is open it is filtered
by what stands from the beginning of each entry's range to the cursor; one that the server calls incomplete is
asked for again at each letter. Until the answer comes, the one before stays as it is. The best entry has the
focus. What it knows of a server is a function that gives lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from lsp_server.lab.enter.fuzzy import score


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry: the text that it puts into the line from a column on, and what it is filtered by."""

    text: str
    filter_text: str
    start: int
    preselect: bool = False


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """The entries of a list, in the server's order."""

    items: tuple[Listed, ...] = ()
    incomplete: bool = False


Ask = Callable[[str | None], ListAnswer]
"""Asks for a list at the cursor; with the trigger character that was typed, if it was one."""


@dataclass(frozen=True, slots=True)
class _Session:
    """A list that is open: its entries, the column for which it was made, and the word there."""

    answer: ListAnswer
    column: int
    word: tuple[int, int]


class ListEditor:
    """One line of an editor that is typed in at its end."""

    def __init__(self, triggers: Collection[str], word: str) -> None:
        self._triggers, self._word = triggers, re.compile(word)
        self._session: _Session | None = None
        self._shown: tuple[Listed, ...] = ()
        self._focus: Listed | None = None

    @property
    def is_open(self) -> bool:
        """Whether a list is on the screen."""
        return bool(self._shown)

    def typed(self, line: str, ask: Ask | None) -> None:
        """Take a key.

        Args:
            line: what stands before the cursor then.
            ask: gives a list; None if no answer comes before the next key.

        """
        word = self._word_of(line)
        if line[-1] in self._triggers:
            self._request(line, word, ask, line[-1])
        elif self._session is None:
            if self._begins(line, word):
                self._request(line, word, ask, None)
        else:
            self._went_on(line, word, self._session, ask)

    def entered(self) -> Listed | None:
        """The entry that Enter takes; None where it ends the line."""
        return self._focus

    def _went_on(self, line: str, word: tuple[int, int], session: _Session, ask: Ask | None) -> None:
        in_word = word[0] < word[1]
        if in_word and word[0] > session.word[0]:
            if self._begins(line, word):  # what is known is filtered once more
                self._session = replace(session, column=len(line), word=word)
                self._filter(line, self._session)
        elif in_word and session.answer.incomplete:
            self._request(line, word, ask, None)
        else:
            self._filter(line, session)
            if self._session is None and self._begins(line, word) and session.word[1] < word[0]:
                self._request(line, word, ask, None)

    def _request(self, line: str, word: tuple[int, int], ask: Ask | None, trigger: str | None) -> None:
        if ask is None:
            return
        answer = ask(trigger)
        self._session = _Session(answer, len(line), word)
        self._filter(line, self._session)

    def _filter(self, line: str, session: _Session) -> None:
        found: list[tuple[int, int, Listed]] = []
        for number, item in enumerate(session.answer.items):
            letters = line[item.start :]
            points = score(letters, item.filter_text) if letters else 0
            if points is not None:
                found.append((-points, number, item))
        found.sort(key=lambda one: one[:2])
        self._shown = tuple(item for _, _, item in found)
        if not found:
            self._session, self._focus = None, None
            return
        best = (item for points, _, item in found if points == found[0][0])
        self._focus = next((item for item in best if item.preselect), self._shown[0])

    def _word_of(self, line: str) -> tuple[int, int]:
        """The span of the word that ends at the end of a line; empty if none does."""
        for match in self._word.finditer(line):
            if match.group() and match.end() == len(line):
                return match.span()
        return len(line), len(line)

    def _begins(self, line: str, word: tuple[int, int]) -> bool:
        """Whether a list opens by itself in a word: in any that is no number."""
        return word[0] < word[1] and not line[word[0] : word[1]].isdecimal()
