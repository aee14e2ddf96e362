"""Changes texts a little and at random, as a person's slips would; most results are almost valid."""

from __future__ import annotations

from random import Random

from lsp_server.agreement.pieces import Piece, join, split
from lsp_server.agreement.spelling import Speller
from lsp_server.constraint import Grammar

_TWICE = 0.2
_CHARACTERS = "aZ_09 \t\n\r\"'`\\/*-+.,;:!?#$%&|<>=~^@(){}[]\x00é中\u00a0"


class Mutator:
    """Makes mutants of programs in a grammar's language."""

    def __init__(self, grammar: Grammar, random: Random) -> None:
        self._grammar = grammar
        self._random = random
        self._speller = Speller(grammar, random)
        self._terminals = sorted(grammar.terminals)

    def mutate(self, text: str) -> str:
        """A text that differs by one lexeme or character, now and then by two."""
        for _ in range(2 if self._random.random() < _TWICE else 1):
            text = self._lexemes(text) if self._random.random() < 0.75 else self._characters(text)
        return text

    def _lexemes(self, text: str) -> str:
        random = self._random
        pieces = split(self._grammar, text)
        places = [index for index, piece in enumerate(pieces) if not piece.ignored]
        if not places:
            return self._lexeme()
        at = random.choice(places)
        match random.randrange(6):
            case 0:
                del pieces[at]
            case 1:
                pieces.insert(at, pieces[at])
                pieces.insert(at, Piece("", random.choice((" ", " ", "")), ignored=True))
            case 2:
                other = random.choice([place for place in places if abs(place - at) <= 6])
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                pieces[at] = Piece("", self._lexeme())
            case 4:
                pieces[at] = pieces[random.choice(places)]
            case _:
                blanks = random.choice((" ", " ", ""))
                pieces.insert(at, Piece("", blanks + self._lexeme() + blanks))
        return join(pieces)

    def _characters(self, text: str) -> str:
        at = self._random.randint(0, len(text))
        if self._random.random() < 0.5:
            return text[:at] + text[at + 1 :]
        return text[:at] + self._random.choice(_CHARACTERS) + text[at:]

    def _lexeme(self) -> str:
        return self._speller.spell(self._random.choice(self._terminals), None)
