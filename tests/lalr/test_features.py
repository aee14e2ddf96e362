"""Grammars as people have them, with all that Lark offers: what we read is what Lark reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from lark import Lark
from lark.exceptions import UnexpectedInput

from lsp_server.agreement.mutations import Mutator
from lsp_server.agreement.sampling import draw_samples
from lsp_server.constraint import CursorState, Grammar, Oracle, Prefix, check, load_grammar
from lsp_server.errors import GrammarError
from lsp_server.lalr import ParseFailure
from lsp_server.languages import Language
from tests.constraint.small import small_language
from tests.counts import tries
from tests.decoding.matching import begins
from tests.decoding.test_mask import hole_at

FILES = {
    "shapes.lark": 'shape: "box" SIZE -> box | "dot"\nSIZE: DIGIT+ UNIT\nUNIT: "px"\n%import common.DIGIT\n',
    "words.lark": '_list{item, mark}: item (mark item)*\nWORD: /[a-z]+/\nMARK: ","\n%import .shapes.SIZE\n',
}


@dataclass(frozen=True)
class Sample:
    """A grammar, the rule it starts with, and a text that it has."""

    grammar: str
    text: str
    start: str = "start"


SAMPLES = {
    "templates": Sample(
        'start: _sep{pair{NAME, INT}, ","} ";"\n_sep{x, s}: x (s x)*\npair{k, v}: k "=" v\n'
        "%import common.CNAME -> NAME\n%import common (INT, WS)\n%ignore WS\n",
        "a = 1, b=2 ;",
    ),
    "own files": Sample(
        "start: (figure | names)*\nnames: _list{WORD, MARK} SIZE\n"
        "%import .shapes.shape -> figure\n%import .words (_list, WORD, MARK, SIZE)\n%ignore / +/\n",
        "box 12px dot a,b 1px",
    ),
    "extended and overridden": Sample(
        "start: shape+\n%import .shapes (shape, UNIT)\n%import .shapes.SIZE\n"
        '%extend shape: "line" UNIT\n%override UNIT: "pt"\n%ignore " "\n',
        "line pt dot box 3px",
    ),
    "strings of common": Sample(
        "start: (ESCAPED_STRING | SIGNED_NUMBER | COMMENT)*\n"
        "%import common (ESCAPED_STRING, SIGNED_NUMBER, WS)\nCOMMENT: /#[^\\n]*/\n%ignore WS\n",
        '"a\\"b" -1.5e3 # note "\n"" 3',
    ),
    "literals of python": Sample(
        "start: (STRING | LONG_STRING | NAME | DEC_NUMBER | IMAG_NUMBER)*\n"
        "%import python (STRING, LONG_STRING, NAME, DEC_NUMBER, IMAG_NUMBER)\n%ignore /\\s+/\n",
        "'a' b\"\\\"\" '''x\n' y''' 1_000 2j é",
    ),
    "unicode": Sample(
        'start: (LETTERS | "-")+\nLETTERS: /[À-ſ]+/\n%import unicode.WS\n%ignore WS\n', "é\u00a0- ß"
    ),
    "priorities": Sample(
        'start: (a | b)*\na.2: KEY\nb: NAME INT?\nKEY.3: "key"\nNAME: /[a-z]+/\nINT.-1: /[0-9]/\n'
        '%ignore " "\n',
        "key keys 1 a",
    ),
    "placeholders": Sample(
        'start: item*\n!item: "(" [NAME] ["=" [NAME]] ")"\n?x: NAME\nNAME: /[a-z]/\n', "()(a)(a=)(=b)"
    ),
    "flags": Sample(
        "start: (A | B | C | D)*\nA: /a.b/s\nB: /x  y # not read\n  z/x\nC: /c[de]/i\nD: /(?i:q)+r/\n"
        'LAST: "end"i\n%ignore /\\n|;/\n%ignore LAST\n',
        "a\nbxyzCDceQqr;END",
    ),
    "ranges and counts": Sample(
        'start: HEX~2..3 "!"~1..2 word~2\nword: LETTER~3\nHEX: "0".."9" | "a".."f"\nLETTER: "x".."z"\n',
        "0a9!!xyzzyx",
    ),
    "words that are none": Sample(
        'start: (NAME | "end" ";")*\nNAME: /(?!end\\b)[a-z]+/\n%ignore " "\n', "ending end; a end ;"
    ),
    "word boundaries": Sample(
        'start: (LET NAME | NUMBER)*\nLET: /\\blet\\b/\nNAME: /[a-z]+/\nNUMBER: /[0-9]+\\b/\n%ignore " "\n',
        "let lets 12 let a",
    ),
    "comments": Sample(
        'start: (NAME | "/" | "*")*\nNAME: /[a-z]+/\nCOMMENT: /\\/\\*.*?\\*\\//s\nLINE: /\\/\\/.*$/m\n'
        "%ignore COMMENT\n%ignore LINE\n%ignore /\\s+/\n",
        "a /* b */ c / * /**/ // d\ne",
    ),
    "escapes": Sample(
        'start: (STRING | QUOTED | "\\"")*\nSTRING.2: /"(?:[^"\\\\\\n]|\\\\.)*?"/\n'
        "QUOTED: /'.*?(?<!\\\\)'/\n%ignore \" \"\n",
        '"a" \'b\\\'c\' "\\\\"',
    ),
    "looks at what follows": Sample(
        'start: (KEY ":" NAME | NAME)*\nKEY.2: /[a-z]+(?=\\s*:)/\nNAME: /[a-z]+(?!:)/\n%ignore " "\n',
        "a: b c d: e",
    ),
    "line ends": Sample(
        "start: (HEAD | WORD)*\nHEAD.2: /^#[a-z]+$/m\nWORD: /[#a-z]+/\n%ignore /\\s/\n", "#a\n#b c\nd #e\n#f"
    ),
    "another start": Sample('program: "a"+ tail\ntail: "b"\nother: "c"\n', "aab", "program"),
    "a rule inside": Sample('program: "a"+ tail\ntail: "b" tail?\n', "bb", "tail"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("imports")
    for name, text in FILES.items():
        (found / name).write_text(text, encoding="utf-8")
    return found


def language_of(name: str, folder: Path) -> Language:
    sample = SAMPLES[name]
    return _language(sample, folder)


@cache
def _language(sample: Sample, folder: Path) -> Language:
    return replace(small_language(sample.grammar), start=sample.start, directory=folder)


@cache
def lark_of(language: Language) -> Lark:
    return Lark(
        language.grammar,
        parser="lalr",
        start=language.start,
        source_path=str(language.grammar_path),
        import_paths=[str(language.directory)],
    )


def lark_takes(language: Language, text: str) -> bool:
    try:
        lark_of(language).parse(text)
    except UnexpectedInput:
        return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_read_is_what_lark_reads(name: str, folder: Path) -> None:
    language = language_of(name, folder)
    grammar = load_grammar(language)
    written = SAMPLES[name].text
    assert check(grammar, written) is None
    samples = draw_samples(grammar, tries(25, 200), seed=3).texts
    assert samples
    for text in (written, *samples):
        assert lark_takes(language, text), text
    mutator = Mutator(grammar, Random(3))
    source = Random(5)
    for _ in range(tries(80, 800)):
        text = mutator.mutate(source.choice((written, *samples)))
        assert (check(grammar, text) is None) == lark_takes(language, text), text


@pytest.mark.parametrize("name", SAMPLES)
def test_what_the_oracle_takes_is_valid_and_the_mask_allows_it(name: str, folder: Path) -> None:
    language = language_of(name, folder)
    grammar = load_grammar(language)
    text, looked_at = SAMPLES[name].text, 0
    for start in range(0, len(text), max(1, len(text) // 6)):
        for end in (start, min(start + 1, len(text)), min(start + 3, len(text))):
            document, typed = text[:start] + text[end:], text[start:end]
            state = Prefix(grammar, document).at(start)
            assert isinstance(state, CursorState)
            oracle = Oracle(grammar, document, state)
            for other in (typed, typed + " ", f"{typed}a", "end", ":", "\n", '"'):
                fits = oracle.viable(other) and oracle.fit(other).complete
                assert not fits or lark_takes(language, document[:start] + other + document[start:]), other
                looked_at += fits
            assert oracle.viable(typed)
            if _begins_lexeme(grammar, text, start) and _begins_lexeme(grammar, text, end):
                hole, found = hole_at(grammar, document, start)
                assert begins(hole, document[found.offset : start] + typed), (document, start, typed)
    assert looked_at


def _begins_lexeme(grammar: Grammar, text: str, offset: int) -> bool:
    """Whether no lexeme goes over an offset: where one does, the mask knows only what it is now."""
    return offset in (0, len(text)) or text[offset - 1].isspace() or text[offset : offset + 1].isspace()


@pytest.mark.parametrize(
    ("grammar", "said"),
    [
        ("%declare _TAB\nstart: _TAB\n", "terminal _TAB is declared"),
        ("start: A\nA: /a/l\n", "terminal A"),
        ("start: A?\nA: /a*/\n", "matches the empty text"),
        ("%extend start: A\nA: /a/\n", "not a Lark grammar"),
        ("start: t{A}\nt{x, y}: x y\nA: /a/\n", "not a Lark grammar"),
    ],
)
def test_what_cannot_be_had_is_said(grammar: str, said: str) -> None:
    with pytest.raises(GrammarError) as caught:
        load_grammar(small_language(grammar))
    assert said in caught.value.message


def test_what_is_only_declared_takes_the_rules_with_it_that_need_it() -> None:
    grammar = load_grammar(small_language('%declare X\nstart: "a" | "b" x | "c" X\nx: X\n'))
    assert check(grammar, "a") is None
    assert check(grammar, "b") == ParseFailure(0, ("a",))


@pytest.mark.parametrize(
    ("terminal", "takes", "refuses"),
    [
        (r"/<<(?P<tag>\w+)\n(.|\n)*?\n(?P=tag)\n/", "<<A\nx\nB\nA\n", "<<A\nx\nB\n"),
        (r"/\[(?P<level>=*)\[(.|\n)*?\](?P=level)\]/", "[=[ ]] ]=]", "[=[ ]]"),
        (r"/(?>a+|b)c/", "aac", "aab"),
        (r"/a++b?/", "aab", "ba"),
        (r"/(?<=a(?=b))b|ab?(?!c)/", "ab", "ac"),
    ],
)
def test_what_an_expression_recalls_is_matched_as_lark_does(terminal: str, takes: str, refuses: str) -> None:
    text = f"start: A+\nA: {terminal}\n"
    grammar, lark = load_grammar(small_language(text)), Lark(text, parser="lalr")
    for document in (takes, refuses, takes + takes, takes + refuses):
        assert (check(grammar, document) is None) is _lark_takes(lark, document), document
    assert check(grammar, takes) is None
    assert check(grammar, refuses) is not None


def _lark_takes(lark: Lark, text: str) -> bool:
    try:
        lark.parse(text)
    except UnexpectedInput:
        return False
    return True


def test_a_terminal_that_is_only_declared_may_be_where_no_text_needs_it() -> None:
    grammar = load_grammar(small_language('%declare X\nstart: "a" | dead\ndead: X dead\n'))
    assert check(grammar, "a") is None


def test_an_empty_terminal_may_be_where_no_rule_needs_it() -> None:
    assert check(load_grammar(small_language('start: "a"\nunused: E\nE: /b*/\n')), "a") is None


def test_a_terminal_is_no_start() -> None:
    with pytest.raises(GrammarError, match="start rule 'A' is not defined"):
        load_grammar(replace(small_language('start: A\nA: "a"\n'), start="A"))
