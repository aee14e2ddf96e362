"""Cuts documents into training samples in suffix-prefix-middle order and packs them into rows. Numpy, no
torch.

A sample reads `[language] <|suffix|> SUFFIX <|prefix|> PREFIX MIDDLE <|end|>`, with PREFIX and MIDDLE
encoded as one text. That order keeps the key-value cache valid while the user types (Bavarian et al. 2022,
"Efficient Training of Language Models to Fill in the Middle", context-level SPM with prefix and middle
contiguous).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from lsp_server.errors import UnknownLanguageError
from lsp_server.languages import Language, load_registry
from lsp_server.models.prompting import RESERVE
from lsp_server.models.spelling import byte_level
from lsp_server.retrieval import Passage, PassageOrigin, passages_before
from lsp_server.text import Span
from lsp_server.training.config import NetworkShape, Recipe
from lsp_server.training.corpus import OTHER, TrainingText
from lsp_server.training.tokens import END, PREFIX, SUFFIX, language_token

CHARACTERS_PER_TOKEN = 7  # generous: a slice this long holds the tokens asked for, save in prose
SHORTEST = 32  # rows are filled until fewer tokens than this are left

_WORD = re.compile(r"\w{3,}")
_BETWEEN = re.compile(r"\n[ \t]*\r?\n(?=\S)")
_CHARACTERS_OF_ROOM = 3  # as many as a token holds at least, for whoever asks how much a prompt has room for
_AROUND = 400
"""Characters before a hole, and half as many behind it, that tell which parts of a neighbour are alike."""

_MOST_PASSAGES = 3
"""There is hardly room for more in a prompt."""


@dataclass(frozen=True, slots=True)
class TrainingHole:
    """document[:start] + document[start:end] + document[end:]: what is known before, to be filled in, known
    after.

    An `open` hole stands in an unfinished file: nothing is known after it and the sample does not say that
    it ends. The first `given` characters of the document are read and not learnt.
    """

    start: int
    end: int
    open: bool = False
    given: int = 0


@dataclass(frozen=True, slots=True)
class Codec:
    """A tokenizer with the ids that samples need."""

    tokenizer: Tokenizer
    end: int
    suffix: int
    prefix: int
    languages: Mapping[str, int]

    def encode(self, text: str) -> tuple[list[int], list[int]]:
        """Return ids and the character offset at which each one ends."""
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        return encoded.ids, [stop for _, stop in encoded.offsets]

    def bytes_of(self, index: int) -> bytes:
        """Return the bytes that an id stands for, none for a special token."""
        token = self.tokenizer.id_to_token(index)
        return b"" if token is None or index in self.special else byte_level(token)

    @property
    def special(self) -> frozenset[int]:
        """The ids of special tokens."""
        return frozenset((self.end, self.suffix, self.prefix, *self.languages.values()))


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of packed samples, all (rows, window): token ids, positions from each sample's own start, the
    number of each token's sample in its row (-1 for padding), and the loss weight of predicting the token
    that follows.
    """

    ids: NDArray[np.int64]
    positions: NDArray[np.int64]
    samples: NDArray[np.int64]
    weights: NDArray[np.float32]


def make_codec(tokenizer: Tokenizer, tags: Sequence[str]) -> Codec:
    """Look up the special tokens of a tokenizer made by `tokens.train_tokenizer`."""
    ids: dict[str, int] = {}
    for token in (END, SUFFIX, PREFIX, *map(language_token, tags)):
        index = tokenizer.token_to_id(token)
        if index is None:
            raise ValueError(f"the tokenizer has no {token}")
        ids[token] = index
    return Codec(
        tokenizer, ids[END], ids[SUFFIX], ids[PREFIX], {tag: ids[language_token(tag)] for tag in tags}
    )


def cut(text: str, random: Random) -> TrainingHole:
    """Draw a hole: rest of a line (half of all), a span within a line, one to three lines, or an unfinished
    file.
    """
    kind = random.random()
    at = random.randrange(len(text))
    line, stop = line_around(text, at)
    at = min(at, stop)  # not between the two characters of a line break
    if kind < 0.5:
        return TrainingHole(_nudge(text, at, line, random), stop)
    if kind < 0.65:
        start = _nudge(text, at, line, random)
        return TrainingHole(start, _nudge(text, random.randint(start, stop), start, random))
    if kind < 0.8:
        for _ in range(random.randrange(3)):
            if stop < len(text):
                stop = line_around(text, stop + len(_break(text, stop)))[1]
        takes_break = random.random() < 0.2 and stop < len(text)
        return TrainingHole(line, stop + takes_break * len(_break(text, stop)))
    if kind < 0.88:
        return TrainingHole(_nudge(text, at, line, random), len(text))
    return TrainingHole(at, min(len(text), at + 4000), open=True)


def line_around(text: str, at: int) -> tuple[int, int]:
    """Return start and end (before its break) of the line of which `at` is a part, its break included."""
    stop = text.find("\n", at)
    stop = len(text) if stop < 0 else stop
    start = text.rfind("\n", 0, at) + 1
    if stop > start and text[stop - 1] == "\r":
        stop -= 1
    return start, max(start, stop)


def _break(text: str, at: int) -> str:
    return text[at : at + 2] if text.startswith("\r\n", at) else text[at : at + 1]


def _nudge(text: str, at: int, lowest: int, random: Random) -> int:
    """Move a cursor, in half of all draws, back to the start of the word or run of blanks that it stands
    in.
    """
    if random.random() < 0.5:
        return max(at, lowest)
    while at > lowest and _kind(text[at - 1]) == _kind(text[min(at, len(text) - 1)]):
        at -= 1
    return at


def _kind(character: str) -> int:
    return 0 if character.isspace() else 1 if character.isalnum() or character == "_" else ord(character) + 2


def sample(
    document: TrainingText,
    hole: TrainingHole,
    codec: Codec,
    recipe: Recipe,
    shape: NetworkShape,
    budget: int,
    tag: str,
) -> tuple[list[int], list[float]]:
    """Return at most `budget` ids and the loss weight of each (0 for what is never predicted).

    Text far before the hole is cut off, at a line break where one is near.
    """
    text = document.text
    head = [codec.languages[tag], codec.suffix]
    if not hole.open and hole.end < len(text):
        room = min(shape.suffix, budget // 4)
        following = text[hole.end : hole.end + room * CHARACTERS_PER_TOKEN]
        head += codec.encode(following)[0][:room]
    head.append(codec.prefix)
    room = budget - len(head) - (not hole.open)
    first = max(0, hole.end - room * CHARACTERS_PER_TOKEN)
    ids, stops = codec.encode(text[first : hole.end])
    drop = len(ids) - room
    if drop > 0 or first > 0:
        drop = max(drop, 0)
        body = text[first : hole.end]
        for index in range(drop, drop + room // 4):
            if index + 1 < len(ids) and index > 0 and "\n" in body[stops[index - 1] : stops[index]]:
                drop = index + 1
                break
    ids, stops = ids[drop:], stops[drop:]
    weights = [
        0.0
        if stop + first <= hole.given
        else recipe.middle
        if stop + first > hole.start and not hole.open
        else 1.0
        for stop in stops
    ]
    if not hole.open:
        ids, weights = [*ids, codec.end], [*weights, recipe.middle]
    return head + ids, [0.0] * len(head) + weights


def with_passages(
    document: TrainingText, hole: TrainingHole, near: TrainingText, shape: NetworkShape
) -> tuple[TrainingText, TrainingHole]:
    """Put parts of a neighbouring file before a document, as comments, as a prompt has what was looked up.

    The parts are those that have most words in common with what stands around the hole, best last. Of a long
    document only what follows the last blank line that leaves room is kept: passages stand in begun files.
    The document is returned as it is where nothing fits, or its language is not known.
    """
    language = _language(document.tag)
    room = (shape.window - RESERVE - shape.suffix) * _CHARACTERS_OF_ROOM
    first = _begun(document.text, hole.start, room // 2)
    around = document.text[max(first, hole.start - _AROUND) : hole.start]
    around += document.text[hole.end : hole.end + _AROUND // 2]
    words = set(_WORD.findall(around))
    parts = [part for part in _BETWEEN.split(near.text) if part.strip()]
    best = sorted(parts, key=lambda part: -_alike(part, words))[:_MOST_PASSAGES]
    passages = [Passage(PassageOrigin.WORKSPACE, "", 1, "", part) for part in best]
    if language is None or not passages:
        return document, hole
    text, known = document.text[first:], Span(hole.start - first, hole.end - first)
    text, moved = passages_before(language, passages, text, known, room)
    given = moved.start - known.start
    return replace(document, text=text), TrainingHole(moved.start, moved.end, hole.open, given)


def _alike(part: str, words: set[str]) -> float:
    own = set(_WORD.findall(part))
    return len(own & words) / math.sqrt(len(own) + 8)


def _begun(text: str, start: int, room: int) -> int:
    """Where the last stretch before a place begins that has room: after a blank line, if there is one."""
    if start <= room:
        return 0
    between = _BETWEEN.search(text, start - room, start)
    return between.end() if between else start - room


def _language(tag: str) -> Language | None:
    try:
        return load_registry().by_id(tag)
    except UnknownLanguageError:
        return None


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws documents: a language first, then one of its files, both with the recipe's balance."""

    folders: Mapping[str, tuple[TrainingText, ...]]
    languages: tuple[tuple[tuple[TrainingText, ...], tuple[float, ...]], ...]
    shares: tuple[float, ...]

    def draw(self, random: Random) -> TrainingText:
        """Return one document."""
        (files, cumulated) = random.choices(self.languages, cum_weights=self.shares)[0]
        return random.choices(files, cum_weights=cumulated)[0]

    def near(self, document: TrainingText, random: Random) -> TrainingText | None:
        """Return another document of the same folder, if there is one."""
        others = self.folders[document.folder] if document.folder else ()
        chosen = random.choice(others) if len(others) > 1 else document
        return None if chosen is document else chosen


def make_drawer(documents: Sequence[TrainingText], recipe: Recipe) -> Drawer:
    """Group documents by tag and weigh both levels."""
    groups: dict[str, list[TrainingText]] = {}
    for document in documents:
        groups.setdefault(document.tag, []).append(document)
    languages, shares = [], []
    for files in (tuple(groups[tag]) for tag in sorted(groups)):
        languages.append((files, tuple(accumulate(len(file.text) ** recipe.flatten for file in files))))
        size = sum(len(file.text) for file in files)
        shares.append(files[0].weight * size**recipe.balance)
    folders: dict[str, list[TrainingText]] = {}
    for document in documents:
        folders.setdefault(document.folder, []).append(document)
    near = {folder: tuple(files) for folder, files in folders.items()}
    return Drawer(near, tuple(languages), tuple(accumulate(shares)))


def draw_batch(drawer: Drawer, codec: Codec, recipe: Recipe, shape: NetworkShape, random: Random) -> Batch:
    """Fill `recipe.rows` rows with samples end to end, each cut to what its row has left."""
    size = (recipe.rows, shape.window)
    ids = np.full(size, codec.end, dtype=np.int64)
    positions = np.zeros(size, dtype=np.int64)
    samples = np.full(size, -1, dtype=np.int64)
    weights = np.zeros(size, dtype=np.float32)
    for row in range(recipe.rows):
        used = number = 0
        while shape.window - used >= SHORTEST:
            document = drawer.draw(random)
            tag = OTHER if random.random() < recipe.untagged else document.tag
            hole = cut(document.text, random)
            near = drawer.near(document, random) if random.random() < recipe.beside else None
            if near is not None:
                document, hole = with_passages(document, hole, near, shape)
            piece, loss = sample(document, hole, codec, recipe, shape, shape.window - used, tag)
            stop = used + len(piece)
            ids[row, used:stop] = piece
            positions[row, used:stop] = np.arange(len(piece))
            samples[row, used:stop] = number
            weights[row, used : stop - 1] = loss[1:]
            used, number = stop, number + 1
    return Batch(ids, positions, samples, weights)
