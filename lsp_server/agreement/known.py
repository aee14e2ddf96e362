"""The disagreements that a bundle declares as known, each with its reason: `corpus/agreement/*.txt`.

A case there is a smallest text, and the lines `kind:` (a `DisagreementKind`), `shape:` (one or more), and
`reason:`. A shape is a pattern over the terminals of a smallest text, found anywhere in it:

    EXTEND SCHEMA AT        these three, one after the other
    LBRACE TRUE|FALSE       the first, then one of two
    ENUM .. ! RBRACE        any number of lexemes between; `!` is where the constraint fails
    STRING/[^"]u/           a terminal whose text holds what an expression matches (without blanks)
    */^[a-z]+$/ COLON       whatever terminal it is, if its text is such
    ^ NAME $                the first and only lexeme
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsp_server.agreement.opinions import DisagreementKind
from lsp_server.agreement.pieces import FAILED, STRAY, Piece, significant
from lsp_server.constraint import Grammar, load_grammar
from lsp_server.errors import BundleError
from lsp_server.languages import Language
from lsp_server.languages.cases import Case, read_cases

_WORD = re.compile(r"(?P<names>[^/\s]+)(?:/(?P<inside>.+)/)?")
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Word:
    """One lexeme of a shape: one of some terminals, its text holding a match of `inside`.

    The empty set of names stands for any number of lexemes.
    """

    names: frozenset[str]
    inside: re.Pattern[str] | None = None

    def takes(self, piece: Piece) -> bool:
        """Whether a lexeme is such a one."""
        return piece.name in self.names and (
            self.inside is None or self.inside.search(piece.text) is not None
        )


_ANY = Word(frozenset())


@dataclass(frozen=True, slots=True)
class ShapePattern:
    """A shape: words one after the other; `first` and `last` where it holds the text's ends."""

    words: tuple[Word, ...]
    first: bool
    last: bool

    def found_in(self, pieces: Sequence[Piece]) -> bool:
        """Whether some stretch of the lexemes is of this shape."""
        starts = (0,) if self.first else range(len(pieces) + 1)
        return any(self._matches(pieces, start, 0) for start in starts)

    def _matches(self, pieces: Sequence[Piece], at: int, word: int) -> bool:
        if word == len(self.words):
            return not self.last or at == len(pieces)
        if self.words[word] is _ANY:
            return any(self._matches(pieces, further, word + 1) for further in range(at, len(pieces) + 1))
        return (
            at < len(pieces)
            and self.words[word].takes(pieces[at])
            and self._matches(pieces, at + 1, word + 1)
        )


@dataclass(frozen=True, slots=True)
class KnownDisagreement:
    """A disagreement that a bundle declares."""

    title: str
    kind: DisagreementKind
    text: str
    reason: str
    shapes: tuple[ShapePattern, ...]
    path: Path
    line: int

    def explains(self, grammar: Grammar, kind: DisagreementKind, text: str, judged: bool = True) -> bool:
        """Whether a smallest text that shows a kind of disagreement is one of these.

        Where no judge was asked, what is too strict cannot be told from a missed diagnostic.
        """
        same = self.kind == kind or (
            not judged and {self.kind, kind} == {DisagreementKind.STRICT, DisagreementKind.MISSED}
        )
        pieces = significant(grammar, text)
        return same and any(shape.found_in(pieces) for shape in self.shapes)


def read_known(language: Language) -> tuple[KnownDisagreement, ...]:
    """The known disagreements of a language.

    Raises:
        BundleError: a case lacks a line or has one that cannot be read, or a shape names no terminal.

    """
    terminals = frozenset(load_grammar(language).terminals) | {FAILED, STRAY}
    return tuple(_known(case, terminals) for case in read_cases(language.directory, "agreement"))


def _known(case: Case, terminals: frozenset[str]) -> KnownDisagreement:
    lines: dict[str, list[str]] = {}
    for row in case.expected:
        key, colon, value = row.partition(":")
        if not colon or key not in ("kind", "shape", "reason"):
            raise _wrong(case, f"'{row}' is none of kind:, shape: and reason:")
        lines.setdefault(key, []).append(value.strip())
    if not lines.get("shape") or [len(lines.get(key, ())) for key in ("kind", "reason")] != [1, 1]:
        raise _wrong(case, "a known disagreement needs one kind:, one reason: and at least one shape:")
    kinds = {kind.value: kind for kind in DisagreementKind if kind is not DisagreementKind.BROKEN}
    kind = kinds.get(lines["kind"][0])
    if kind is None:
        raise _wrong(case, f"unknown kind '{lines['kind'][0]}', known are {', '.join(kinds)}")
    shapes = tuple(_pattern(case, shape, terminals) for shape in lines["shape"])
    return KnownDisagreement(case.title, kind, case.text, lines["reason"][0], shapes, case.path, case.line)


def _pattern(case: Case, shape: str, terminals: frozenset[str]) -> ShapePattern:
    written = shape.split()
    first, last = written[:1] == ["^"], written[-1:] == ["$"]
    words: list[Word] = []
    for part in written[first : len(written) - last]:
        if part == "..":
            words.append(_ANY)
            continue
        match = _WORD.fullmatch(part)
        names = frozenset(match["names"].split("|")) if match else frozenset()
        if match is not None and match["inside"] and names == {_ALL}:
            names = terminals - {FAILED}
        if match is None or not names <= terminals:
            unknown = sorted(names - terminals) or [part]
            raise _wrong(case, f"no terminal {unknown[0]} in the grammar")
        try:
            words.append(Word(names, re.compile(match["inside"]) if match["inside"] else None))
        except re.error as error:
            raise _wrong(case, f"in '{part}': {error}") from None
    return ShapePattern(tuple(words), first, last)


def _wrong(case: Case, message: str) -> BundleError:
    return BundleError(message, path=case.path, line=case.line, remedy="correct the case")
