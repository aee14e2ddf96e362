"""The language that a file describes which is a grammar: that of its bundle, or one that has nothing else.

Of the latter, start rule and blocks are found out. Blocks by indentation are those of Lark's `Indenter`: two
terminals are declared without a text, for more and for less indentation, and one reads the end of a line with
the blanks after it. What that is called is convention; what it reads is looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from lsp_server.errors import BundleError, GrammarError
from lsp_server.inspection.roles import MIRRORED
from lsp_server.lalr.analysis import read_language
from lsp_server.lalr.notation import DECLARE, Notation
from lsp_server.lalr.notation_reader import read_notation
from lsp_server.languages import GRAMMAR, START, Indentation, Language, bare_language, load_bundle

_TAB = 8
UNIT = 4
"""The columns of a block where nothing tells how many."""


def grammar_of(text: str) -> Notation:
    """What the text of a grammar says; nothing where Lark cannot read it."""
    return read_notation(text) or Notation(text)


def language_of_grammar(path: Path, text: str) -> Language | None:
    """The language whose grammar a file is, with the text that it would have; None if it has no rule.

    Raises:
        GrammarError: it declares blocks that are told by indentation, and does not say how.

    """
    if path.name == GRAMMAR:
        try:
            return replace(load_bundle(path.parent), grammar=text)
        except BundleError:
            pass
    notation = read_notation(text)
    if notation is None:
        return bare_language(text, path.parent)
    if all(definition.terminal for definition in notation.definitions):
        return None
    language = bare_language(text, path.parent, start_of(notation))
    return replace(language, indentation=indentation(language, notation))


def start_of(notation: Notation) -> str:
    """The rule `start`, else the first that no other needs, else the first."""
    rules = dict.fromkeys(d.name for d in notation.definitions if not d.terminal)
    if START in rules or not rules:
        return START
    needed = {mention.name for mention in notation.named_in(DECLARE)}
    for definition in notation.definitions:
        needed |= {mention.name for mention in definition.mentions()} - {definition.name}
        needed |= {definition.name} if definition.statement else set()
    return next((name for name in rules if name not in needed), next(iter(rules)))


def indentation(language: Language, notation: Notation) -> Indentation | None:
    """How blocks are written by indentation; None where the grammar declares nothing of the kind.

    Raises:
        GrammarError: the text is not a Lark grammar, or no terminal of it reads the end of a line.

    """
    declared = notation.named_in(DECLARE)
    indent = next((mention for mention in declared if "INDENT" in mention.name), None)
    dedent = next((mention for mention in declared if "DEDENT" in mention.name), None)
    if indent is None or dedent is None:
        return None
    read = read_language(language)
    used = {str(symbol.name) for rule in read.rules for symbol in rule.expansion}
    words = {d.name: d.pattern.value for d in read.definitions if d.pattern.type == "str" and d.name in used}
    lines = [d.name for d in read.definitions if d.name in used and _reads(d.pattern.to_regexp(), "\n  ")]
    if not lines:
        raise GrammarError(
            f"{indent.name} and {dedent.name} are declared, "
            "but no terminal reads a line's end and the blanks after it",
            path=language.grammar_path,
            line=notation.line_of(indent.span.start),
            remedy=r"define one, as `_NEWLINE: /(\r?\n[\t ]*)+/`, and end lines with it in the rules",
        )
    names = {text: name for name, text in words.items()}
    pairs = tuple((names[o], names[c]) for o, c in MIRRORED.items() if o in "([{" and {o, c} <= names.keys())
    return Indentation(lines[0], indent.name, dedent.name, _TAB, UNIT, pairs)


def _reads(pattern: str, text: str) -> bool:
    """Whether an expression matches a text; one that Python does not take matches none."""
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, OverflowError, RecursionError):
        return False
