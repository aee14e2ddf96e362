"""How messages name places and lexemes. Knows nothing of what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lsp_server.lalr import Grammar
from lsp_server.syntax import BLANKS, SyntaxTree
from lsp_server.text import Span

_LONGEST_SHOWN = 32
_BLANK = re.compile(rf"[{BLANKS}]*+\Z")


class LexemeNames:
    """The names of the lexemes of a language."""

    def __init__(self, grammar: Grammar | None) -> None:
        terminals = () if grammar is None else tuple(grammar.terminals.values())
        words = {} if grammar is None else grammar.language.words
        self._fixed = frozenset(t.word for t in terminals if t.word is not None)
        self._words = {t.spelling: words[t.name] for t in terminals if t.name in words}
        self._kinds = {t.spelling: t.pattern for t in terminals if t.word is None}

    def named(self, lexeme: str) -> str:
        """A fixed lexeme in quotation marks, a kind of lexeme with its article."""
        if lexeme in self._fixed or not lexeme[:1].isalpha():
            return quoted(lexeme)
        words = self._words.get(lexeme, lexeme)
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

    def any_of(self, lexemes: Sequence[str]) -> str:
        """Names for a choice of lexemes."""
        names = list(dict.fromkeys(map(self.named, lexemes)))
        return " or ".join(names) if len(names) < 3 else f"one of {', '.join(names)}"

    def telling(self, expected: Iterable[str]) -> tuple[str, ...]:
        """Those of the expected lexemes that tell something: no word that a kind among them covers."""
        expected = tuple(expected)
        kinds = [re.compile(self._kinds[name]) for name in expected if name in self._kinds]
        return tuple(
            name
            for name in expected
            if name.isprintable()
            and not (name in self._fixed and name.isalpha() and any(kind.fullmatch(name) for kind in kinds))
        )


class Wording(LexemeNames):
    """The words for one text of a language."""

    def __init__(self, tree: SyntaxTree, grammar: Grammar | None) -> None:
        super().__init__(grammar)
        self._tree = tree
        self._word = re.compile(rf"(?:{tree.language.word}|\w)+")

    def found(self, offset: int) -> tuple[Span, str]:
        """The lexeme at an offset and its name; where a line ends, the last lexeme's last character."""
        text, lines = self._tree.text, self._tree.lines
        line_end = lines.end_of(lines.line_of(offset))
        if offset >= line_end:
            name = "the end of the file" if is_blank(text, offset) else "the end of the line"
            return self.just_before(offset), name
        lexeme = self._tree.lexeme_at(offset)
        # Of one that begins with blanks, as text around islands may, what follows these is told.
        if lexeme is not None and (rest := text[offset:line_end].lstrip(BLANKS)):
            offset = line_end - len(rest)
            lexeme = lexeme if lexeme.start == offset else None
        word = self._word.match(text, offset)
        if word is not None:
            end = word.end()
        elif lexeme is not None:
            end = min(lexeme.end, line_end)
        else:
            fixed = (one for one in self._fixed if text.startswith(one, offset))
            end = offset + max(map(len, fixed), default=1)
        return Span(offset, end), quoted(text[offset:end])

    def just_before(self, offset: int) -> Span:
        """The last character of the last lexeme before an offset: it stands for the place just after it."""
        end = self._tree.end_before(offset)
        return Span(max(end - 1, 0), max(end, 1))

    def last_lexeme(self, end: int) -> str:
        """The name of what ends at an offset that is not a line's start."""
        lines = self._tree.lines
        line = self._tree.text[lines.start_of(lines.line_of(end - 1)) : end]
        found = re.search(r"(?:\w+|[^\w\s]+)\Z", line)
        return quoted(found[0] if found else line[-1:])


def indent_of(tree: SyntaxTree, offset: int) -> str:
    """The blanks with which the line that holds an offset begins."""
    line = tree.lines.line_of(offset)
    text = tree.text[tree.lines.start_of(line) : tree.lines.end_of(line)]
    return text[: len(text) - len(text.lstrip())]


def is_word(lexeme: str) -> bool:
    """Whether a fixed lexeme is a word, or one with a sign before it as directives have."""
    return lexeme.lstrip("%@#$\\").isalpha()


def is_blank(text: str, offset: int) -> bool:
    """Whether nothing but blanks follows an offset."""
    return _BLANK.match(text, offset) is not None


def quoted(text: str) -> str:
    """A lexeme as it is written, in quotation marks; a long one cut short, an invisible one as a number."""
    if len(text) == 1 and not text.isprintable():
        return f"character U+{ord(text):04X}"
    shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"'{shown}'" if "`" in shown else f"`{shown}`"
