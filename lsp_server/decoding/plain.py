"""Masks from a hole grammar where there is no mask engine: the same tokens are allowed as by llguidance.

So a suggestion does not depend on which of the two is there. `scanning` reads lexemes, `charting` rules; here
are the grammar's text, and tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lsp_server.cache import cached_property
from lsp_server.decoding.charting import Chart, ChartPlace, ReadGrammar
from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.scanning import Expressions, Lexer
from lsp_server.decoding.tokenset import TokenSet

_WORD = re.compile(r'\s*(/(?:\\.|[^/\\])*/|""|[\w%]+|[|&~()?*])', re.DOTALL)
_MOST_EXPRESSIONS = 100_000
_LOOKED_BACK = 4
"""So many tokens at the end of a forced text may be others, once it is known what comes next."""


class HoleReader:
    """Reads what `constraint/emit` writes."""

    def __init__(self) -> None:
        self._expressions = Expressions()

    def read(self, text: str) -> Chart:
        """A grammar before any text."""
        if len(self._expressions) > _MOST_EXPRESSIONS:
            self._expressions = Expressions()
        lines = [line for line in text.splitlines() if not line.startswith("%llguidance")]
        ignored = frozenset(line.split()[1] for line in lines if line.startswith("%ignore"))
        bodies = {name: body for name, _, body in (line.partition(": ") for line in lines if line[0] != "%")}
        terminals: dict[str, int] = {}
        for name in bodies:
            self._terminal(name, bodies, terminals)
        rules = dict[str, list[tuple[str, ...]]]()
        for name, body in bodies.items():
            if not _is_terminal(name):
                rules[name] = list(_Bodies(body, rules).alternatives())
        return Chart(ReadGrammar(rules, ignored, Lexer(self._expressions, terminals)))

    def _terminal(self, name: str, bodies: dict[str, str], found: dict[str, int]) -> int:
        """A terminal, made of expressions and of other terminals."""
        if name not in found and _is_terminal(name):
            kinds = self._expressions
            options: list[int] = []
            for option in _split(_WORD.findall(bodies[name]), "|"):
                parts = [
                    kinds.read(part[1:-1]) if part[0] == "/" else self._terminal(part, bodies, found)
                    for part in option
                    if part not in "&~"
                ]
                if "&" not in option:
                    options.append(kinds.then(parts))
                    continue
                whole = parts[0]
                # What stands before each part but the first: `~` where it is not to match.
                signs = [before for before, part in pairwise(option) if part not in "&~"]
                for part, sign in zip(parts[1:], signs, strict=True):
                    whole = kinds.both(whole, kinds.no(part) if sign == "~" else part)
                options.append(whole)
            found[name] = kinds.either(options)
        return found.get(name, 0)


def _is_terminal(name: str) -> bool:
    return name == name.upper()


def _split(words: Sequence[str], sign: str) -> Iterator[list[str]]:
    found: list[str] = []
    for word in words:
        if word == sign:
            yield found
            found = []
        else:
            found.append(word)
    yield found


class _Bodies:
    """The bodies of a rule; what stands in brackets, or may be left out, gets a rule of its own."""

    def __init__(self, body: str, rules: dict[str, list[tuple[str, ...]]]) -> None:
        self._words = _WORD.findall(body)
        self._rules = rules
        self._at = 0

    def alternatives(self) -> Iterator[tuple[str, ...]]:
        """Each as symbols, up to the end or a bracket that closes."""
        symbols: list[str] = []
        while self._at < len(self._words):
            word = self._words[self._at]
            self._at += 1
            if word == ")":
                break
            if word == "|":
                yield tuple(symbols)
                symbols = []
            elif word == "(":
                symbols.append(self._rule([*self.alternatives()]))
            elif word == "?":
                symbols[-1] = self._rule([(), (symbols[-1],)])
            elif word == "*":
                again = self._rule([()])
                self._rules[again].append((again, symbols[-1]))
                symbols[-1] = again
            elif word != '""':
                symbols.append(word)
        yield tuple(symbols)

    def _rule(self, bodies: list[tuple[str, ...]]) -> str:
        name = f"<{len(self._rules)}>"
        self._rules[name] = bodies
        return name


_Branch = tuple[dict[int, "_Branch"], list[int]]
"""What goes on after some bytes, and the tokens that are these bytes."""


class TokenTree:
    """The tokens of a vocabulary by their bytes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    @cached_property
    def root(self) -> dict[int, _Branch]:
        """What may come first."""
        root: dict[int, _Branch] = {}
        for number, token in enumerate(self.vocabulary.tokens):
            if number in self.vocabulary.special or not token:
                continue
            branches = root
            for byte in token:
                branch = branches.get(byte)
                if branch is None:
                    branch = branches[byte] = ({}, [])
                branches, tokens = branch
            tokens.append(number)
        return root

    @cached_property
    def longest(self) -> int:
        """The bytes of the longest token."""
        return max(map(len, self.vocabulary.tokens))


_Place = tuple[ChartPlace, bytes]
"""A place in a text, and the bytes of a character that is not all there yet."""


class PlainMask:
    """Which tokens may come next: as `engine.LlguidanceMask` says it."""

    def __init__(self, tree: TokenTree, chart: Chart) -> None:
        self._tree = tree
        self._places: list[_Place] = [(chart.place(chart.start), b"")]
        self._tokens: list[int] = []

    def copy(self) -> PlainMask:
        """A mask at the same position, which goes its own way from here."""
        other = PlainMask.__new__(PlainMask)
        other._tree, other._places, other._tokens = self._tree, [*self._places], [*self._tokens]
        return other

    def feed(self, text: str) -> bool:
        """Consume text that stands already; False, with nothing consumed, where it does not fit."""
        return not text or self.consume(self._tree.vocabulary.encode(text))

    def follow(self, tokens: Sequence[int]) -> int:
        """Consume tokens up to one that is not allowed; how many there were."""
        for number, token in enumerate(tokens):
            place = self._after(token)
            if place is None:
                return number
            self._places.append(place)
            self._tokens.append(token)
        return len(tokens)

    def consume(self, tokens: Sequence[int]) -> bool:
        """Consume tokens; False, with nothing consumed, where one is not allowed."""
        taken = self.follow(tokens)
        if taken < len(tokens):
            self.rollback(taken)
            return False
        return True

    def takes(self, token: int) -> bool:
        """Whether one token may come next."""
        return self._after(token) is not None

    def complete(self) -> bool:
        """Whether what was consumed is all that the grammar asks for."""
        place, begun = self._places[-1]
        return not begun and place.is_whole

    def rollback(self, count: int) -> None:
        """Take back the last `count` tokens."""
        if count:
            del self._places[-count:]
            del self._tokens[-count:]

    def allowed(self) -> TokenSet:
        """The tokens that may come next; the one that begins it where only one text may."""
        forced = self._forced()
        found = [*_tokens(self._tree.root, self._places[-1])] if forced is None else [forced]
        return TokenSet.of(found, len(self._tree.vocabulary))

    def _after(self, token: int) -> _Place | None:
        spelled = self._tree.vocabulary.tokens[token]
        if not spelled or token in self._tree.vocabulary.special:
            return None
        return _run(self._places[-1], spelled)

    def _forced(self) -> int | None:
        """The first token of the only text that may come next, if its end cannot change that."""
        place, begun = self._places[-1]
        forced = ""
        while not begun and (character := place.only()):
            after = place.step(character)
            if after is None:
                break
            place, forced = after, forced + character
        if not forced:
            return None
        tokens, encode = self._tree.vocabulary.tokens, self._tree.vocabulary.encode
        last = self._tokens[-1:]
        spelled = b"".join(tokens[one] for one in last) + forced.encode()
        ids, fixed = encode(spelled.decode("utf-8", "replace")), len(last)
        if ids[:fixed] != last:
            ids, fixed = encode(forced), 0
        kept = len(ids) - self._open_at_end(ids[fixed:], (place, b""))
        return ids[fixed] if kept > fixed else None

    def _open_at_end(self, ids: Sequence[int], place: _Place) -> int:
        """How many of the last tokens may be others, as tokens that go on beyond the end may begin there."""
        tokens = self._tree.vocabulary.tokens
        end = b"".join(tokens[one] for one in ids[-_LOOKED_BACK:])[-self._tree.longest :]
        for start in range(len(end)):
            branches = self._tree.root
            for byte in end[start:]:
                branches = branches[byte][0] if byte in branches else {}
            if next(_tokens(branches, place), None) is None:
                continue
            length = 0
            for count, one in enumerate(reversed(ids), 1):
                length += len(tokens[one])
                if length >= len(end) - start:
                    return count
        return 0


def _tokens(branches: dict[int, _Branch], place: _Place) -> Iterator[int]:
    """The tokens below some branches that may come at a place."""
    pending = [(branches, place)]
    while pending:
        branches, place = pending.pop()
        for byte, (more, tokens) in branches.items():
            after = _run(place, bytes((byte,)))
            if after is not None:
                yield from tokens
                if more:
                    pending.append((more, after))


def _run(place: _Place, spelled: bytes) -> _Place | None:
    """The place after some bytes; None where they may not come."""
    at, begun = place
    for byte in spelled:
        if byte < 0x80 and not begun:
            after = at.step(chr(byte))
        else:
            begun += bytes((byte,))
            try:
                after = at.step(begun.decode())
            except UnicodeDecodeError:
                if not _may_begin(at, begun):
                    return None
                continue
            begun = b""
        if after is None:
            return None
        at = after
    return at, begun


def _may_begin(at: ChartPlace, begun: bytes) -> bool:
    """Whether some character may come that begins with some bytes."""
    first = begun[0]
    length = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4 if 0xF0 <= first < 0xF5 else 0
    if len(begun) >= length or not all(0x80 <= byte < 0xC0 for byte in begun[1:]):
        return False
    low, high = (_code_point(begun.ljust(length, end)) for end in (b"\x80", b"\xbf"))
    return at.may_begin(max(low, _LEAST[length]), min(high, 0x10FFFF))


_LEAST = {2: 0x80, 3: 0x800, 4: 0x10000}
"""By the bytes of a character, the first one that has so many."""


def _code_point(spelled: bytes) -> int:
    bits = spelled[0] & (0xFF >> (len(spelled) + 1))
    for byte in spelled[1:]:
        bits = bits << 6 | byte & 0x3F
    return bits
