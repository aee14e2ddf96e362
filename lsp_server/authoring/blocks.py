"""Blocks that are told by indentation: found in a grammar that declares what Lark's `Indenter` makes.

Such a grammar names two terminals without a text, for more and for less indentation, and one that reads the
end of a line with the blanks after it. What that is called is convention; what it reads is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.authoring.roles import MIRRORED
from lsp_server.authoring.source import Source
from lsp_server.errors import GrammarError
from lsp_server.lalr.analysis import read_rules
from lsp_server.languages import Indentation, Language

_TAB = 8
_UNIT = 4
_WIDEST = 8


def indentation(language: Language, source: Source) -> Indentation | None:
    """How blocks are written by indentation; None where the grammar declares nothing of the kind.

    Raises:
        GrammarError: the text is not a Lark grammar.

    """
    indent = next((name for name in source.declared if "INDENT" in name), None)
    dedent = next((name for name in source.declared if "DEDENT" in name), None)
    if indent is None or dedent is None:
        return None
    read = read_rules(language.grammar, language.grammar_path, language.start)
    used = {str(symbol.name) for rule in read.rules for symbol in rule.expansion}
    words = {d.name: d.pattern.value for d in read.definitions if d.pattern.type == "str" and d.name in used}
    lines = [d.name for d in read.definitions if d.name in used and _reads(d.pattern.to_regexp(), "\n  ")]
    if not lines:
        raise GrammarError(
            f"{indent} and {dedent} are declared, but no terminal reads a line's end and the blanks after it",
            line=source.line_of(indent),
            remedy=r"define one, as `_NEWLINE: /(\r?\n[\t ]*)+/`, and end lines with it in the rules",
        )
    names = {text: name for name, text in words.items()}
    pairs = tuple((names[o], names[c]) for o, c in MIRRORED.items() if o in "([{" and {o, c} <= names.keys())
    return Indentation(lines[0], indent, dedent, _TAB, _UNIT, pairs)


def unit_of(texts: Iterable[str]) -> int:
    """The columns by which most blocks of some texts are indented."""
    counts: dict[int, int] = {}
    for text in texts:
        last = 0
        for line in text.splitlines():
            if line.strip():
                columns = len(line) - len(line.lstrip(" "))
                if last < columns <= last + _WIDEST:
                    counts[columns - last] = counts.get(columns - last, 0) + 1
                last = columns
    return max(counts, key=lambda columns: (counts[columns], -columns), default=_UNIT)


def _reads(pattern: str, text: str) -> bool:
    """Whether an expression matches a text; one that Python does not take matches none."""
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        return False
