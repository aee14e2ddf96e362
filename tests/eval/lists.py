"""At which place of a completion list a word is that a person wrote, in the grammar's and the model's order.

Words of real files are taken out, each by itself, and a list is asked for where it stood, with nothing typed.
Its rank is the place, from 1, of the first entry that begins with it, in capitals or not. Words that no list
has are not counted: what is measured is the order.

    python -m tests.eval.lists LANGUAGE DIR
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean

from lsp_server.decoding import Model
from lsp_server.evaluation.corpus import Source
from lsp_server.features.completion_list import Entry, entries
from lsp_server.features.ranking import Expected
from lsp_server.languages import Language
from lsp_server.models import load_model
from lsp_server.server.asking import World, names_at
from lsp_server.server.session import Document
from lsp_server.text import Snapshot, Span
from tests.eval.given import given

WORDS, OF_ONE_FILE = 200, 12
"""The most words of a language, and of one file."""

LEAST, MOST, HEAD = 300, 20_000, 50
"""How many characters a file has, and how many of them are before the first word that is taken out."""

_WORD = re.compile(r"\w+")
_URI = "file:///list"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A word of a file, its rank in either order, and the number of entries of the list."""

    source: str
    offset: int
    word: str
    by_grammar: int
    by_model: int
    entries: int


def entries_at(document: Document, offset: int) -> Sequence[Entry]:
    """The entries at a cursor as the server lists them, with the names of that document alone."""
    assert document.language is not None
    names = names_at(World(document.language, {document.snapshot.uri: document}, {}), document, offset)
    prefix, landmarks = document.prefix(), document.landmarks()
    assert prefix is not None
    assert landmarks is not None
    return entries(prefix, landmarks, offset, names)


def drawn(sources: Sequence[Source], random: Random) -> Iterator[tuple[Source, Span]]:
    """Words of three letters or more, some of each file; the files in an order drawn at random."""
    for source in random.sample(sources, len(sources)):
        if LEAST < len(source.text) < MOST:
            found = (word.span() for word in _WORD.finditer(source.text, HEAD))
            words = [Span(start, end) for start, end in found if end - start > 2]
            for span in random.sample(words, min(OF_ONE_FILE, len(words))):
                yield source, span


def ranked(language: Language, source: Source, span: Span, model: Model) -> Ranked | None:
    """The ranks of a word of a file; None where the list does not have it."""
    word = source.text[span.start : span.end]
    text = source.text[: span.start] + source.text[span.end :]
    document = Document(Snapshot(_URI, language.id, 1, text), language)
    found = entries_at(document, span.start)
    by_grammar = _rank(found, word)
    if by_grammar is None:
        return None
    expected = Expected(text, span.start, language.id, model, tuple(language.examples.values()))
    by_model = _rank(expected.ranked(found), word)
    assert by_model is not None
    return Ranked(source.name, span.start, word, by_grammar, by_model, len(found))


def measure(
    language: Language, sources: Sequence[Source], model: Model, words: int = WORDS, seed: int = 0
) -> list[Ranked]:
    """The ranks of so many words, or of fewer where the files have no more that a list has."""
    found: list[Ranked] = []
    for source, span in drawn(sources, Random(seed)):
        if len(found) == words:
            break
        one = ranked(language, source, span, model)
        if one is not None:
            found.append(one)
    return found


def told(language: str, found: Sequence[Ranked]) -> str:
    """The mean reciprocal rank in both orders, how often the word comes first, and how long the lists are."""
    orders = [one.by_grammar for one in found], [one.by_model for one in found]
    reciprocal = " -> ".join(f"{mean(1 / rank for rank in ranks):.3f}" for ranks in orders)
    first = " -> ".join(f"{mean(rank == 1 for rank in ranks):.2f}" for ranks in orders)
    length = mean(one.entries for one in found)
    return f"{language} {len(found)} words: MRR {reciprocal}, first {first}, entries {length:.0f}"


def _rank(found: Iterable[Entry], word: str) -> int | None:
    words = (_WORD.search(entry.text) for entry in found)
    known = (None if first is None else first[0].casefold() for first in words)
    return next((place for place, first in enumerate(known, 1) if first == word.casefold()), None)


def main() -> None:
    """Print a line for one language."""
    asked = given("tests.eval.lists", "words", WORDS, __doc__)
    language = asked.language
    found = measure(language, asked.sources, load_model(), asked.number, asked.seed)
    print(told(language.id, found) if found else f"{language.id}: no list has a word of these files")


if __name__ == "__main__":
    main()
