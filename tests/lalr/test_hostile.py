"""Hostile or silly grammars end, soon, in one line that says where and what to do; or they work."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.constraint import check, load_grammar
from lsp_server.errors import GrammarError
from lsp_server.lalr import analysis, bounds
from tests.constraint.small import small_language
from tests.constraint.texts import bounded

SECONDS = 10
"""Of computing, which other work of the machine does not make much longer."""


def refused(grammar: str, folder: Path = Path("small")) -> GrammarError:
    began = time.process_time()
    with pytest.raises(GrammarError) as caught:
        load_grammar(replace(small_language(grammar), directory=folder))
    assert time.process_time() - began < SECONDS
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def many(count: int, rule: str) -> str:
    return "".join(rule.format(i, i + 1) for i in range(count))


def names(count: int, letter: str) -> str:
    return "|".join(f"{letter}{i}" for i in range(count))


@pytest.mark.parametrize(
    ("grammar", "said", "line"),
    [
        ("\nstart: A\nA: /(?:x{1000}){1000}/\n", "are too large", 3),
        ("start: A\nA: /x{1000}{1000}/\n", "terminal A: multiple repeat", 2),
        ("\nstart: " + many(30, "[X{0}] ") + "\n" + many(30, 'X{0}: "{0}"\n'), "rule start has more than", 2),
        ("\nstart: " + many(20, '("a{0}"|"b{0}") ') + "\n", "rule start has more than", 2),
        ('start: ("a"|"b")~1..40\n', "rule start has more than", 1),
        (
            "start: r0\n" + many(200, "r{0}: [A] [A] [A] [A] [A] [A]\n") + 'A: "x"\n',
            "r0 the most",
            2,
        ),
        ("start: A\nA: " + many(6000, '"w{0}"|') + '"x"\n', "terminal A", 2),
        ("start: r0\n" + many(10_000, "r{0}: X r{1}\n") + 'r10000: X\nX: "x"\n', "10,002 rules", None),
        ("start: A\n" + many(10_000, 'T{0}: "t{0}"\n'), "10,000 terminals", None),
        (f"start: ({names(3_000, 'T')})*\n" + many(3_000, "T{0}: /t{0}x*/\n"), "2,000,000 entries", None),
        (
            f"start: {names(2_000, 'a').replace('|', ' ')}\n" + many(2_000, 'a{0}: ["k{0}"]\n'),
            "2,000,000 entries",
            None,
        ),
        (f"start: {names(100_000, 'a')}\n", "characters", None),
        ("start: " + "|".join(["A"] * 20_000) + "\nA: /a/\n", "rule start has more than", 1),
        (f"start: A\nA: /{names(100_000, 'w')}/\n", "characters", None),
        (f"start: A\nA: /{names(4_000, 'w')}/\n", "are too large", 2),
        ('start: "' + "x" * 900_000 + '"\n', "characters", None),
        ('start: "' + "x" * 20_000 + '"\n', "X...: its repetitions", None),
        ("start: " + "t{" * 400 + "X" + "}" * 400 + '\nt{x}: x "a"\nX: "x"\n', "nested too deeply", None),
        ("start: A\nA: /x*/\n", "matches the empty text", 2),
        ("start: r0\n" + many(600, "r{0}: r{1} A~45 A~45\n") + 'r600: A\nA: "x"\n', "54,602 symbols", None),
        ("//" + "x" * 50_000_000 + '\nstart: "x"\n', "characters", None),
        ("start: " + "(" * 5000 + '"x"' + ")" * 5000 + "\n", "nested too deeply", None),
        ("start: /" + "(" * 5000 + "x" + ")" * 5000 + "/\n", "nested too deeply", None),
        ("start: a\na: a\n", "LALR(1)", 2),
        ("start: A\nA: B\nB: A\n", "not a Lark grammar", None),
        ('start: "x\0" /\0/\n\0', "not a Lark grammar", 2),
        ('start: "\ud800"\n', "not a Lark grammar", None),
        ("%import nothing.X\nstart: X\n", "nothing.lark", None),
        ("%import ....secret.X\nstart: X\n", "not a Lark grammar", 1),
        ("%declare X\nstart: X\n", "terminal X is declared", 1),
    ],
)
def test_a_hostile_grammar_is_one_line(grammar: str, said: str, line: int | None) -> None:
    error = refused(grammar)
    assert said in error.message
    assert line is None or error.line == line


@pytest.mark.parametrize(
    "grammar",
    [
        'start: t{"x"}\nt{a}: "y" t{t{a}} | a\n',
        "start: t0{X}\n"
        + many(30, "t{0}{{x}}: t{1}{{a{0}{{x}}}} t{1}{{b{0}{{x}}}}\na{0}{{x}}: x A\nb{0}{{x}}: x B\n")
        + 't30{x}: x\nX: "x"\nA: "a"\nB: "b"\n',
        "start: T0\n" + many(40, "T{0}: T{1} T{1}\n") + 'T40: "x"\n',
    ],
)
def test_what_grows_for_ever_is_stopped_by_a_clock(monkeypatch: pytest.MonkeyPatch, grammar: str) -> None:
    monkeypatch.setattr(analysis, "READING", 0.5)
    assert "seconds of computing" in refused(grammar).message


def test_a_clock_that_has_not_run_out_stops_nothing() -> None:
    with bounds.in_time(Path("a.lark"), 0.3):
        pass
    began = time.process_time()
    while time.process_time() - began < 0.6:
        pass


@pytest.mark.parametrize(
    ("grammar", "valid", "invalid"),
    [
        ("start: A\nA: /(a|b)*a(a|b){20}/\n", "a" * 30, "b" * 30),
        ('start: "x"~1000000\n', None, "x"),
        ('start: "x"~1..100000\n', "xxx", ""),
        ('start: a "x"\na: b | "y"\nb: a\n', None, "x"),
        ('start: start | "x"\n', "x", "xx"),
        ('start: a | "z"\na: "x" a\n', "z", "xx"),
        ('start: "x"\nunused: "y"\n', "x", "y"),
        ("start: r0\n" + many(40, "r{0}: r{1} r{1}\n") + 'r40: "x"\n', None, "x"),
        ("start: r0\n" + many(4_000, "r{0}: X r{1}\n") + 'r4000: X\nX: "x"\n', "x" * 4_001, "x"),
        ("start: r0\n" + many(4_000, "r{0}: r{1} X\n") + 'r4000: X\nX: "x"\n', "x" * 4_001, "x"),
        ("start: A\n" + many(3_000, 'T{0}: "t{0}"\n') + "A: /a/\n", "a", "t1"),
    ],
)
def test_a_silly_grammar_works(grammar: str, valid: str | None, invalid: str) -> None:
    began = time.process_time()
    loaded = load_grammar(small_language(grammar))
    assert time.process_time() - began < SECONDS
    assert valid is None or check(loaded, valid) is None
    assert check(loaded, invalid) is not None


def test_a_clock_does_not_count_what_other_threads_compute() -> None:
    def compute() -> None:
        began = time.thread_time()
        while time.thread_time() - began < 0.6:
            pass

    with bounds.in_time(Path("a.lark"), 0.3):
        other = threading.Thread(target=compute)
        other.start()
        other.join()


def test_files_that_import_each_other_end_in_one_line(tmp_path: Path) -> None:
    for name, text in (
        ("one", "%import .two.X\n"),
        ("two", "%import .one.X\n"),
        ("huge", "//" + "x" * 2_000_000),
    ):
        (tmp_path / f"{name}.lark").write_text(text, encoding="utf-8")
    (tmp_path / "broken.lark").write_bytes(b'X: "\xff"\n')
    for name in ("one", "huge", "broken"):
        refused(f"%import .{name}.X\nstart: X\n", tmp_path)


NAMES = st.sampled_from(
    ("start", "a", "b", "_c", "?d", "!e", "f.2", "g{x}", "A", "B", "_C", "D.3", "%ignore", "%import")
)
PARTS = st.sampled_from(
    (
        *(
            "start",
            "a",
            "b",
            "_c",
            "d",
            "g{A}",
            "x",
            "A",
            "B",
            "_C",
            '"k"',
            '"k"i',
            '"("',
            "/[a-z]+/",
            "/a*?b/",
            "/x(?!y)/",
        ),
        *(
            "(",
            ")",
            "[",
            "]",
            "|",
            "*",
            "+",
            "?",
            "~2",
            "~1..3",
            "-> z",
            "common.INT",
            '"a".."c"',
            "/(/",
            "\n",
        ),
    )
)
LINES = st.tuples(NAMES, st.lists(PARTS, max_size=7)).map(lambda pair: f"{pair[0]}: {' '.join(pair[1])}\n")


@bounded(120)
@given(lines=st.lists(LINES, min_size=1, max_size=7))
def test_any_grammar_loads_or_is_refused(lines: list[str]) -> None:
    text = "".join(lines).replace("%ignore:", "%ignore").replace("%import:", "%import")
    try:
        loaded = load_grammar(
            small_language(f'{text}start: A "k"\nA: "a"\n' if "start:" not in text else text)
        )
    except GrammarError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    for sample in ("", "ak", "k", "aakk", "a(b"):
        check(loaded, sample)


def test_lines_are_told_by_what_they_begin_with() -> None:
    assert bounds.line_of("a: b\n?c: d\n", re.escape("?c")) == 2
    assert bounds.line_of("a: b\n", "c") is None
