"""Files of which only islands are in a language. What is in these, `re` cuts out and Lark judges, which knows
nothing of the text around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from lark import Lark
from lark.exceptions import LarkError

from lsp_server.authoring.bundle import Wishes, draft, write
from lsp_server.authoring.extension import extension_files
from lsp_server.authoring.starts import read_starts
from lsp_server.constraint import Prefix
from lsp_server.errors import GrammarError
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.diagnosis import diagnosis_alone
from lsp_server.features.lists.gathering import listing
from lsp_server.features.reasons import OUTSIDE
from lsp_server.lalr import load_grammar
from lsp_server.languages import Language, LarkOptions, load_bundle
from lsp_server.models import load_model
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse
from tests.counts import tries

GRAMMAR = """\
expression: operand (OPERATOR operand)*
?operand: NAME filter* | STRING | NUMBER | "(" expression ")"
filter: "|" NAME [arguments]
arguments: "(" expression ("," expression)* ")"
statement: "if" expression -> begin_if
         | "for" NAME "in" expression -> begin_for
         | "end" -> close
OPERATOR: "+" | "-" | "and" | "or" | "=="
NAME: /[a-z_]+(\\.[a-z_]+)*/
STRING: /"[^"\\n]*"/
NUMBER: /[0-9]+/
%ignore /[ \\t\\n]+/
"""
LETTER = """\
Dear {{ customer.name | title }},
{% if order.total == 100 %}
{ you } have {{ order.total }} points: <b class="{{ order.colour }}">100 %</b>
{% end %}
"""
SIGNS = (("{{", "expression", "}}"), ("{%", "statement", "%}"))
INSIDE = {
    "expression": ("a", "a.b | c", '"x" + 1', "(a or b) == 2", "a | f(1, b)", "", "a b", "(a", "a }", "if a"),
    "statement": ("if a", "for a in b.c", "end", "if a == 1 and b", "if", "for a b", "end end"),
}
AROUND = ("", " ", "\n", "Dear ", "{ a }", "}} ", "a %} b\n", "<i>{</i>", "end", '"', "{ % if")


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "letters.lark").write_text(GRAMMAR)
    (folder / "programs").mkdir()
    (folder / "programs" / "a.letter").write_text(LETTER)
    starts = read_starts(["*.expr=expression"], map(" ".join, SIGNS))
    made = draft(
        folder / "letters.lark", Wishes(extension="letter", starts=starts, examples=folder / "programs")
    )
    assert (made.examples, made.parsed, made.unread) == (1, 1, False)
    assert not [found for found in made.findings if "OUTSIDE" in found.message]
    return write(made, folder / "letters")


LARK = Lark(GRAMMAR, parser="lalr", start=["expression", "statement"])


def islands(text: str) -> Iterator[tuple[str, str]]:
    """The rule and the text of each island, by the signs alone; of one without an end, no rule."""
    place = 0
    while (found := re.compile(r"\{\{|\{%").search(text, place)) is not None:
        rule, closer = next((rule, closer) for opener, rule, closer in SIGNS if opener == found.group())
        end = text.find(closer, found.end())
        yield (rule, text[found.end() : end]) if end >= 0 else ("", "")
        place = end + len(closer) if end >= 0 else len(text)


def is_valid(text: str) -> bool:
    for rule, inside in islands(text):
        if not rule:
            return False
        try:
            LARK.parse(inside, start=rule)
        except LarkError:
            return False
    return True


def test_what_is_in_islands_counts_and_nothing_around_them(language: Language) -> None:
    random, seen = Random(7), list[bool]()
    for _ in range(tries(300, 3_000)):
        text = random.choice(AROUND)
        for _ in range(random.randrange(4)):
            opener, rule, closer = random.choice(SIGNS)
            inside = random.choice(INSIDE[rule][: random.choice((3, None))])
            end = random.choice((*4 * (closer,), ""))
            text += f"{opener} {inside} {end}{random.choice(AROUND)}"
        seen.append(is_valid(text))
        assert (not diagnosis_alone(language, text).found) is seen[-1], text
        assert parse(language, text).sound is seen[-1], text
    assert min(seen.count(True), seen.count(False)) > len(seen) // 6


def asked(language: Language, text: str, offset: int, *, automatic: bool) -> Completion:
    landmarks = Landmarks(parse(language, text))
    request = CompletionRequest(
        text, offset, language, landmarks, max_tokens=16, automatic=automatic, beside=(LETTER,)
    )
    return complete(request, load_model(None), lambda: False)


@pytest.mark.parametrize("automatic", [True, False])
def test_nothing_is_suggested_around_islands_and_in_them_what_leaves_the_rest_alone(
    language: Language, automatic: bool
) -> None:
    inside, suggested, random = 0, 0, Random(3)
    places = [match.start() for match in re.finditer(r"(?<=[\w|(. ])|(?<=\}\})|\n", LETTER)]
    for offset in random.sample(places, tries(30, len(places))):
        gap = random.choice((0, 0, 3, 8))
        end = min(offset + gap, LETTER.find("\n", offset))
        text = LETTER[:offset] + LETTER[end:]
        within = LETTER[:offset].rfind("{{") > LETTER[:offset].rfind("}}") or (
            LETTER[:offset].rfind("{%") > LETTER[:offset].rfind("%}")
        )
        found = asked(language, text, offset, automatic=automatic)
        if not within:
            assert (found.items, found.reason) == ((), OUTSIDE), text[:offset]
            entries = listing(Prefix(load_grammar(language), text), Landmarks(parse(language, text)), offset)
            assert not entries.entries
            continue
        inside += 1
        for item in found.items:
            suggested += 1
            whole = text[: item.start] + item.text + text[item.end :]
            assert is_valid(whole), whole
            closers = [len(re.findall(r"\}\}|%\}", one)) for one in (LETTER, whole)]
            assert closers[0] == closers[1], whole
    assert suggested >= inside // 2 > 3


@pytest.mark.parametrize("rest", ["%}", " %}", "  %} b", "\n%}"])
def test_a_suggestion_ends_where_its_island_does_however_the_model_writes_that(
    language: Language, rest: str
) -> None:
    before, wrote = "{% if or", "der.total == 100 %}\nmore"
    for written in (wrote, wrote.replace(" %}", "%}")):
        model = ScriptedModel({before: written})
        landmarks = Landmarks(parse(language, before + rest))
        request = CompletionRequest(before + rest, len(before), language, landmarks, max_tokens=24)
        found = complete(request, model, lambda: False)
        assert [item.text for item in found.items] == ["der.total == 100"]


def test_an_island_is_ended_where_it_has_no_end_and_not_gone_beyond(language: Language) -> None:
    for text, ending in (("Dear {{ customer.na", "}}"), (f"{LETTER}{{% if order.to", "%}")):
        found = asked(language, text, len(text), automatic=False)
        assert found.items
        for item in found.items:
            assert item.text.endswith(ending)
            assert is_valid(text + item.text)
            assert item.text.count(ending) == 1


@pytest.mark.parametrize("lark", [None, LarkOptions("earley")], ids=["lalr", "earley"])
@pytest.mark.parametrize(
    ("opener", "closer"),
    [("<%", "%>"), ("\\(", "\\)"), ('""', '""'), ("#", "#"), ("{{{", "}}}"), ("//", "*/")],
)
def test_any_signs_make_islands(opener: str, closer: str, lark: LarkOptions | None, tmp_path: Path) -> None:
    (tmp_path / "names.lark").write_text('start: NAME ("," NAME)*\nNAME: /[a-z]+/\n%ignore / +/\n')
    wishes = Wishes(starts=read_starts([], [f"{opener} start {closer}"]), lark=lark)
    language = write(draft(tmp_path / "names.lark", wishes), tmp_path / "names")
    whole = (f"x {opener} a, b {closer} y", f"{opener}a{closer}{opener}b{closer}", "x } y", "")
    broken = (f"x {opener} a b {closer} y", f"x {opener} a", f"{opener}{closer}")
    assert [not diagnosis_alone(language, text).found for text in (*whole, *broken)] == [
        *len(whole) * [True],
        *len(broken) * [False],
    ]


def test_files_of_other_names_are_whole(language: Language) -> None:
    expression = language.of_file(Path("a.expr"))
    assert expression.start == "expression"
    assert not diagnosis_alone(expression, 'a | b + "x"').found
    assert diagnosis_alone(expression, LETTER).found


def test_an_editor_colours_islands_alone(language: Language) -> None:
    name = f"languages/{language.id}.tmLanguage.json"
    coloured = extension_files(language)[name]
    assert '"begin": "\\\\{\\\\{|\\\\{%"' in coloured
    assert '"end": "\\\\}\\\\}|%\\\\}"' in coloured


def test_what_is_outside_has_to_be_in_the_grammar(language: Language) -> None:
    manifest = language.directory / "language.toml"
    text = manifest.read_text()
    try:
        manifest.write_text(text.replace('["OUTSIDE"]', '["ELSEWHERE"]'))
        with pytest.raises(GrammarError, match="terminal ELSEWHERE is not in the grammar"):
            load_grammar(load_bundle(language.directory))
    finally:
        manifest.write_text(text)
