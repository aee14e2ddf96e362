"""Sampling: programs made from a grammar are valid, differ, and together use all of it."""

from __future__ import annotations

import re
from random import Random

import pytest

from lsp_server.agreement.derivations import Deriver
from lsp_server.agreement.sampling import draw_samples
from lsp_server.agreement.spelling import Speller, draw
from lsp_server.constraint import Grammar, check, load_grammar
from lsp_server.lalr.regex import parse_regex
from lsp_server.languages import Language, load_bundle
from tests.conftest import GRAMMAR, MANIFEST, MakeBundle
from tests.counts import tries

BLANK = "BLANK: / +/\n%ignore BLANK\n"


def grammar_of(make_bundle: MakeBundle, text: str = GRAMMAR, manifest: str = MANIFEST) -> Grammar:
    return load_grammar(load_bundle(make_bundle(manifest, text)))


def test_programs_of_a_bundle_are_valid_and_use_nearly_all_its_productions(language: Language) -> None:
    grammar = load_grammar(language)
    count = tries(1, 5) * len(grammar.table.rules)
    samples = draw_samples(grammar, count, seed=3)
    assert [text for text in samples.texts if check(grammar, text) is not None] == []
    assert samples.used >= 0.95 * samples.productions, samples.unused
    # Where a line end is a lexeme, it is one only before what it belongs to, and more is spelled in vain.
    ends = any(
        re.fullmatch(t.pattern, "\n") for t in grammar.terminals.values() if t.name not in grammar.ignored
    )
    assert sum(samples.dropped.values()) <= (0.15 if ends else 0.05) * count


def test_the_same_seed_gives_the_same_programs(make_bundle: MakeBundle) -> None:
    grammar = grammar_of(make_bundle)
    one, same, other = (draw_samples(grammar, 50, seed) for seed in (1, 1, 2))
    assert one == same
    assert one.texts != other.texts


def test_each_text_is_given_once(make_bundle: MakeBundle) -> None:
    samples = draw_samples(grammar_of(make_bundle, "start: (A)*\nA: /a/\n"), 100)
    assert len(set(samples.texts)) == len(samples.texts) < 100


def test_a_rare_production_far_from_the_start_is_used(make_bundle: MakeBundle) -> None:
    rules = "\n".join(f"r{n}: A r{n + 1} | A B{n}\nB{n}: /b{n}/" for n in range(40))
    grammar = grammar_of(make_bundle, f"start: (r0)*\n{rules}\nr40: A RARE\nA: /a/\nRARE: /rare/\n")
    samples = draw_samples(grammar, 200)
    assert (samples.used, samples.unused) == (samples.productions, ())
    assert any("rare" in text for text in samples.texts)


def test_a_sentence_ends_though_recursion_is_likely(make_bundle: MakeBundle) -> None:
    text = "start: (s)*\ns: LPAR s s s s RPAR | LPAR s s RPAR | A\nA: /a/\nLPAR: /[(]/\nRPAR: /[)]/\n"
    deriver = Deriver(grammar_of(make_bundle, text).table.by_origin, "start", Random(0))
    sizes = [len(deriver.derive(30)[0]) for _ in range(500)]
    assert max(sizes) <= 40
    assert len(set(sizes)) > 5


def test_a_rule_that_derives_no_text_is_no_production(make_bundle: MakeBundle) -> None:
    text = "start: (a | never)*\na: A\nnever: never A\nA: /a/\n"
    samples = draw_samples(grammar_of(make_bundle, text), 20)
    assert samples.unused == ()
    assert all(set(text) <= {"a"} for text in samples.texts)


def test_what_cannot_be_written_is_counted_by_where_it_stops(make_bundle: MakeBundle) -> None:
    # After `a`, the parser always takes a `b` for that of `abc`, so that `ab` can only go on with `c`.
    text = 'start: (s | B)*\ns: A B C | A\nA: "a"\nB: "b"\nC: "c"\n'
    samples = draw_samples(grammar_of(make_bundle, text), 100)
    assert samples.dropped.keys() <= {"A", "B", "$END"}
    assert all("ab" not in text.replace("abc", "") for text in samples.texts)
    assert samples.dropped
    assert len(samples.texts) + sum(samples.dropped.values()) <= 100


def test_lexemes_that_would_run_together_are_kept_apart(make_bundle: MakeBundle) -> None:
    grammar = grammar_of(make_bundle, "start: (A A B)*\nA: /[a-c]+/\nB: /!/\n" + BLANK)
    programs = draw_samples(grammar, 30).texts
    assert [text for text in programs if not re.fullmatch(r" *(\w+ +\w+ *! *)*", text)] == []
    assert any("!a" in text for text in programs)


def test_a_closing_tag_is_that_of_the_innermost_opener(make_bundle: MakeBundle) -> None:
    manifest = MANIFEST + (
        "[[paired]]\nopen = 'OPEN'\ntag = '<(\\w+)'\nclose = 'CLOSE'\npattern = '{tag}>'\nsample = 'T'\n"
    )
    text = "start: (doc)*\ndoc: OPEN (X doc Y | X)* CLOSE\nOPEN: /<[a-z]+/\nCLOSE: /[a-z]+>/\n"
    samples = draw_samples(grammar_of(make_bundle, text + "X: /[(]/\nY: /[)]/\n" + BLANK, manifest), 100)
    assert any(program.count("<") > 2 for program in samples.texts)
    for program in samples.texts:
        opened: list[str] = []
        for opener, closer in re.findall(r"<(\w+)|(\w+)>", program):
            if opener:
                opened.append(opener)
            else:
                assert opened.pop() == closer, program
        assert not opened


@pytest.mark.parametrize(
    "pattern", [r"[a-z]\d{2,3}", r"a|bc|[^\n]", r"(x|\u00e9)+y?", "\ufeff", r"[^\x00-\x7f]"]
)
def test_drawn_texts_match_their_expression(pattern: str) -> None:
    source = Random(0)
    drawn = {draw(parse_regex(pattern), source) for _ in range(200)}
    assert all(re.fullmatch(pattern, text) for text in drawn)
    assert len(drawn) > 1 or pattern == "\ufeff"


def test_names_are_sometimes_words_of_the_language(make_bundle: MakeBundle) -> None:
    grammar = grammar_of(make_bundle, 'start: (LET NAME)*\nLET: "let"\nNAME: /[a-z]+/\n' + BLANK)
    speller = Speller(grammar, Random(0))
    assert "let" in [speller.spell("NAME", None) for _ in range(100)]
    assert any("let let" in text for text in draw_samples(grammar, 200).texts)


@pytest.mark.parametrize(
    "grammar",
    [
        'start: "x"~1000000\n',
        "start: r0\n" + "".join(f"r{i}: r{i + 1} r{i + 1}\n" for i in range(40)) + 'r40: "x"\n',
    ],
)
def test_where_all_programs_are_too_long_none_is_made(make_bundle: MakeBundle, grammar: str) -> None:
    assert draw_samples(grammar_of(make_bundle, grammar), 5).texts == ()


def test_what_is_too_long_is_left_out_and_all_else_is_made(make_bundle: MakeBundle) -> None:
    made = draw_samples(grammar_of(make_bundle, 'start: "y" | "x"~1000000\n'), 20)
    assert made.texts == ("y",)
