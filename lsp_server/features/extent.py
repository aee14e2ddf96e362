"""How much to suggest: a line, or a block where the cursor opens one."""

from __future__ import annotations

import re

from lsp_server.errors import GrammarError
from lsp_server.languages import Language

_BELOW = re.compile(r"\s*\n([ \t]*+)\S")
"""What follows the end of a line up to the next one that is not blank; the group is its indentation."""


def opens_block(language: Language, text: str, offset: int) -> bool:
    """Whether the cursor is where a block begins that holds nothing yet: several lines are wanted there.

    An opening bracket, or what else opens a block, is the last thing before it, in its line or the one
    before, the rest of its line is blank, and the next line that is not blank is indented no farther than the
    one with the bracket.
    """
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    end = len(text) if end < 0 else end
    if text[offset:end].strip():
        return False
    if not text[start:offset].strip():
        last = text[:start].rstrip(" \t\r\n")
        if text.count("\n", len(last), start) != 1:
            return False
        start = last.rfind("\n") + 1
        line = last[start:]
    else:
        line = text[start:offset].rstrip()
    if not line.endswith(_openers(language)):
        return False
    below = _BELOW.match(text, end)
    return below is None or len(below[1]) <= len(line) - len(line.lstrip(" \t"))


def _openers(language: Language) -> tuple[str, ...]:
    """The texts with which a line ends that opens a block: brackets, and what an indented block follows."""
    brackets = tuple(opener for opener, _ in language.brackets)
    if language.indentation is None:
        return brackets
    # Imported here because it brings the grammar's rooms, which no other language has need of here.
    from lsp_server.constraint import load_grammar

    try:
        grammar = load_grammar(language)
    except GrammarError:  # told where the grammar is needed
        return brackets
    opened = () if grammar.blocks is None else sorted(grammar.blocks.openers & grammar.terminals.keys())
    words = (grammar.terminals[name].word for name in opened)
    return (*brackets, *(word for word in words if word is not None))
