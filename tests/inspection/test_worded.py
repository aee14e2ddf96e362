"""What is said of grammars that Lark cannot read: the line, what it is, and what can be done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.inspection import Severity
from lsp_server.inspection.looking import inspect_file

END = 'a: "x"\n'
UNREADABLE = [
    ("start: a???\n" + END, 1, "operator in column", "one operator"),
    ("start: (a\n" + END, 1, "end of the line", "`)`"),
    ("start: a)\n" + END, 1, "`)` in column 9", "end of the line"),
    ("start: a:\n" + END, 1, "colon in column", "a line of its own"),
    ("start: a -> B\n" + END, 1, "alias", "small letters"),
    ("start: a\n| some-rule\n" + END, 2, "`-` in column 7", "in quotes"),
    ('start: a | ""\n' + END, 1, "Empty", "`?`"),
    ("start: a ||| + b\n" + END, 1, "in column", "write"),
    ("start: a\nA.B: /x/\n" + END, 2, "`B` in column 3", "a number"),
    ("start: A\nA: B\nB: A\n", 2, "Recursion", "rule"),
    ('start: A\nA: a\na: "x"\n', 2, "inside terminals", "make a terminal"),
    ('start: A\nA: "x" -> y\n', 2, "Aliasing", "remove"),
    ("start: a\n" + END + END, 3, "more than once", "%override"),
    ('start: A~3..1\nA: "x"\n', 1, "Range", "smaller"),
    ('start: "a\n' + END, 1, "text that begins in column 8 is not closed", '`"`'),
    ("start: A\nA: /x\n" + END, 2, "expression that begins in column 4 is not closed", "`/`"),
    ("start: a 'x'\n" + END, 1, "`'` in column 10", "double quotes"),
    ("start: A\nA: /[a-/\n" + END, 2, "unterminated character set", "correct the regular expression"),
    ("start: WRD\n%import common.WRD\n" + END, 2, "`common` has no `WRD`", "correct the name"),
    ("start: missing\n", 1, "`missing` is not defined", "define it"),
    ("start: a\n%ignore NONE\n" + END, 2, "NONE", "define it"),
]
"""Grammars, the line of what is wrong, a part of the message, and one of the remedy."""


@pytest.mark.parametrize(("text", "line", "told", "remedy"), UNREADABLE)
def test_what_cannot_be_read_has_line_and_remedy(text: str, line: int, told: str, remedy: str) -> None:
    found = inspect_file(Path("x.lark"), text)
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert [one.line for one in errors] == [line]
    assert told in errors[0].message
    assert remedy in errors[0].remedy
    assert not re.search(r"at line \d|grammar\.lark|Token\(|erminal\(|\n", errors[0].message)
