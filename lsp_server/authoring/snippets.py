"""Starter snippets: the shortest way to write each construct that begins with a fixed word.

Names, numbers and strings in it are places to fill. Each was tried out where it may stand: one that does not
parse there is left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from lsp_server.authoring.docs import explanation, place_of
from lsp_server.authoring.forms import Forms, NodePart
from lsp_server.authoring.samples import TerminalSamples
from lsp_server.authoring.shortest import Leaf, Shortest
from lsp_server.inspection.roles import Role
from lsp_server.lalr import Rule, check
from lsp_server.lalr.notation import Notation
from lsp_server.languages import Snippet
from lsp_server.languages.cases import CURSOR

_MOST = 60
"""So many snippets are enough of a beginning."""
_MOST_WORDS = 3
"""So many words are a name."""
_TRIES = 3
"""So many ways to write a construct are tried."""
_COSTS = {Role.NAME: 100, Role.NUMBER: 101, Role.STRING: 101, Role.WORD: 103}
_COST = 102
_OPENS, _CLOSES = "{", "}"
"""What encloses a block of lines, where they are not told by indentation."""
_TIGHT_BEFORE = frozenset((",", ";", ":", ")", "]", ".", "?."))
_TIGHT_AFTER = frozenset(("(", "[", ".", "?."))
_BARE = re.compile(r"[\w-]+", re.ASCII)
_MARK = Leaf(CURSOR, CURSOR)


def snippets_page(forms: Forms, notation: Notation, examples: Iterable[str], unit: int) -> str:
    """The file `snippets.toml`; "" where no construct begins with a word.

    Args:
        forms: of the grammar.
        notation: how the grammar is written.
        examples: texts that are valid by it.
        unit: columns by which a block is indented.

    """
    found = snippets(forms, notation, examples, unit)
    head = "# Whole constructs with places to fill, each in the shortest way that the grammar has for it.\n"
    return "\n".join([head, *map(_table, found)]) if found else ""


def snippets(forms: Forms, notation: Notation, examples: Iterable[str], unit: int) -> tuple[Snippet, ...]:
    """A snippet for each construct that begins with a fixed word, in the order of the grammar."""
    table, language = forms.grammar.table, forms.grammar.language
    shortest = Shortest(table.by_origin, language.start, partial(_cost, forms))
    layout = _Layout(forms, TerminalSamples(forms.grammar, forms.roles, tuple(examples)), unit)
    found: dict[str, Snippet] = {}
    tries: Counter[str] = Counter()
    rules = (rule for rules in table.by_origin.values() for rule in rules)
    for rule in sorted(rules, key=lambda rule: (place_of(notation, rule.origin), shortest.cost(rule))):
        for leaves in _beginning_with_words(forms, shortest, rule):
            name = " ".join(_leading_words(forms, leaves))
            if _is_fixed(forms, leaves) or name in found or tries[name] == _TRIES or len(found) == _MOST:
                continue
            tries[name] += 1
            about = explanation(notation, rule.origin, forms.grammar.shapes[rule].kind)
            snippet = _tried(layout, name, about, leaves, shortest.around(rule.origin))
            if snippet is not None:
                found[name] = snippet
    return tuple(found.values())


def _cost(forms: Forms, terminal: str) -> int:
    """What a lexeme costs: ends of lines nothing, and of two ways of the same length one with a name less."""
    blocks = forms.grammar.language.indentation
    if blocks is not None and terminal in (blocks.newline, blocks.indent, blocks.dedent):
        return 0
    role = forms.roles.get(terminal)
    return _COST if role is None else _COSTS.get(role, _COST)


def _is_fixed(forms: Forms, leaves: Sequence[Leaf]) -> bool:
    """Whether there is nothing but words."""
    return all(forms.roles.get(leaf.terminal) is Role.WORD for leaf in leaves if _cost(forms, leaf.terminal))


def _beginning_with_words(forms: Forms, shortest: Shortest, rule: Rule) -> Iterator[tuple[Leaf, ...]]:
    """The shortest sentences of a rule whose own first symbol is a fixed word, or one of several."""
    leaves = shortest.sentence(rule)
    if not leaves or not rule.expansion:
        return
    first = rule.expansion[0]
    bodies = forms.grammar.table.by_origin.get(first)
    words = [(first,)] if bodies is None else [body.expansion for body in bodies]
    if all(len(body) == 1 and forms.roles.get(body[0]) is Role.WORD for body in words):
        for (word,) in words:
            yield (Leaf(word, word), *leaves[1:])


def _leading_words(forms: Forms, leaves: Sequence[Leaf]) -> Iterator[str]:
    for leaf in leaves[:_MOST_WORDS]:
        word = forms.text(NodePart(leaf.terminal, False))
        if word is None or forms.roles.get(leaf.terminal) is not Role.WORD:
            return
        yield word


_Around = tuple[tuple[Leaf, ...], tuple[Leaf, ...]]


def _tried(
    layout: _Layout, name: str, about: str, leaves: Sequence[Leaf], around: _Around | None
) -> Snippet | None:
    """A construct as a snippet, on several lines or else on one; None where it parses in no text."""
    places: list[tuple[str, ...]] = [(), (f"{CURSOR}\n",)]
    for lines in (True, False):
        text = _in_snippet_syntax(layout.pieces(leaves, lines=lines))
        if around is not None:
            before, after = around
            placed = "".join(piece.text for piece in layout.pieces((*before, _MARK, *after), lines=lines))
            places += [(f"{placed}\n",), (placed.replace(CURSOR, f"{CURSOR}\n"),)]
        for within in dict.fromkeys(places):
            snippet = Snippet(name, text, about, within)
            if check(layout.forms.grammar, snippet.placed[0]) is None:
                return snippet
    return None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a text, which is a place to fill or not."""

    text: str
    place: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """A lexeme, and how it is written."""

    leaf: Leaf
    text: str


@dataclass(frozen=True)
class _Layout:
    """Writes sentences as people do: blocks on lines of their own, and blanks between words."""

    forms: Forms
    samples: TerminalSamples
    unit: int

    def pieces(self, leaves: Sequence[Leaf], *, lines: bool) -> Iterator[_Piece]:
        """A sentence as text; with `lines`, what is in braces stands on lines of its own."""
        blocks = self.forms.grammar.language.indentation
        depth, on_new_line, leading, last = 0, False, True, None
        for leaf in leaves:
            if blocks is not None and leaf.terminal in (blocks.indent, blocks.dedent):
                depth += 1 if leaf.terminal == blocks.indent else -1
                continue
            text = CURSOR if leaf is _MARK else self.samples.of(leaf.terminal, leaf.symbol)
            if not text.strip():
                on_new_line = True
                continue
            if lines and text == _CLOSES:
                if last is not None and last.text == _OPENS:
                    yield from (self._line(depth), _Piece("", place=True))
                depth, on_new_line = depth - 1, True
            if last is not None and on_new_line:
                yield self._line(depth)
            elif last is not None and not self._touch(last, text):
                yield _Piece(" ")
            yield from self._pieces_of(leaf, text, leading=leading)
            last, leading = _Written(leaf, text), leading and self._is_word(leaf)
            on_new_line = lines and text == _OPENS
            depth += on_new_line

    def _line(self, depth: int) -> _Piece:
        """The end of a line, and how far the next one is indented."""
        return _Piece("\n" + " " * self.unit * max(0, depth))

    def _pieces_of(self, leaf: Leaf, text: str, *, leading: bool) -> Iterator[_Piece]:
        """A lexeme; where it is a place, the quotes of a string are no part of that."""
        if leaf is _MARK or not self._is_place(leaf, leading=leading):
            yield _Piece(text)
        elif self.forms.roles.get(leaf.terminal) is Role.STRING and len(text) > 2 and text[0] == text[-1]:
            yield from (_Piece(text[0]), _Piece(text[1:-1], place=True), _Piece(text[-1]))
        else:
            yield _Piece(text, place=True)

    def _is_word(self, leaf: Leaf) -> bool:
        return self.forms.roles.get(leaf.terminal) is Role.WORD

    def _is_place(self, leaf: Leaf, *, leading: bool) -> bool:
        """What has no fixed text is a place, and so is a word that is all of a rule, if it leads nothing."""
        alone = self._is_word(leaf) and leaf.symbol != leaf.terminal and not leading
        return alone or self.forms.text(NodePart(leaf.terminal, False)) is None

    def _touch(self, last: _Written, text: str) -> bool:
        """Whether no blank stands between two lexemes."""
        called = text == "(" and self.forms.roles.get(last.leaf.terminal) is Role.NAME
        return called or text in _TIGHT_BEFORE or last.text in _TIGHT_AFTER


def _in_snippet_syntax(pieces: Iterable[_Piece]) -> str:
    """A text with numbered places; the first empty one is where the cursor ends up."""
    written: list[str] = []
    number, last = 0, False
    for piece in pieces:
        escaped = re.sub(r"[$}\\]" if piece.place else r"[$\\]", r"\\\g<0>", piece.text)
        if not piece.place:
            written.append(escaped)
        elif piece.text:
            number += 1
            written.append(f"${{{number}:{escaped}}}")
        elif not last:
            last = True
            written.append("$0")
    return "".join(written)


def _table(snippet: Snippet) -> str:
    """A snippet as a table of the file."""
    name = snippet.name if _BARE.fullmatch(snippet.name) else _toml(snippet.name)
    rows = [f"[{name}]", f"about = {_toml(snippet.about)}"]
    rows += [f"within = {_toml(text)}" for text in snippet.within]
    return "\n".join([*rows, f"text = {_toml(snippet.text)}"]) + "\n"


def _toml(text: str) -> str:
    """A text as it is written in TOML: as it is where that may be."""
    if "'" not in text and "\n" in text.strip("\n"):
        end = "" if text.endswith("\n") else "\n"
        return f"'''\n{text}{end}'''"
    if "'" not in text and "\n" not in text and ("\\" in text or '"' in text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
