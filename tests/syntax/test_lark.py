"""Trees made with a bundle's own grammar. The judge is Lark, which makes a tree of each valid text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

import pytest
from lark import Lark, Token
from lark.exceptions import LarkError
from lark.tree import Branch

from lsp_server.errors import BundleError
from lsp_server.lalr import check, load_grammar
from lsp_server.languages import Language, ParserBinding, load_registry
from lsp_server.syntax import Part, Problem, SyntaxTree, next_tree, parse
from lsp_server.syntax.nodes import Node
from lsp_server.text import Edit, Span
from tests.constraint.small import lark_text, random_grammar, small_language, words
from tests.constraint.texts import PIECES, examples
from tests.counts import tries
from tests.work import calls

SIZE = tries(1_000, 4_000)
"""Of a long text: so many repetitions, or some times as many."""

SHAPES = r"""
start: (_line? _END)* _line?
_line: block | call | assignment
block: "do" NAME? "{" _line (";" _line)* "}"
assignment: NAME "=" expression -> set
call: NAME "(" [expression ("," expression)*] ")"
?expression: product | expression "+" product -> sum
?product: value | product "*" value
?value: NUMBER | NAME | LONG | "(" expression ")" | call | "-" value -> minus
    | negation | list
!negation: "not" value
list: "[" items "]"
items: (expression ","?)*
NAME: /[a-z]\w*/
NUMBER: /[0-9]+/
LONG: /<(?P<level>=*)<(.|\n)*?>(?P=level)>/
_END: "." | "\n"
COMMENT: /#[^\n]*/
BLOCK: /\/\*[^*]*\*+([^\/*][^*]*\*+)*\//
%ignore /[ \t]+/
%ignore COMMENT
%ignore BLOCK
"""
BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
TEXTS = (
    "",
    "a = 1",
    "# first\na = (b + 2) * c # second\n\nf(1, g(), [1, 2 3]). do x { a = 1; b = -2 /* in */ ; f() } # last",
    "a = <<1>> + <=<\n>> . >=>\n",
    "a = not (not 1)\nb = []\n/* over\nlines */ do { do { c = ((((1)))) } }\n",
)


def lark_grammar(grammar: str, **named: object) -> Language:
    """A language without a parser."""
    return replace(small_language(grammar), parser=ParserBinding(), brackets=BRACKETS, **named)  # type: ignore[arg-type]


SHAPED = lark_grammar(SHAPES)


def nodes(root: Node) -> Iterator[tuple[int, Node]]:
    """All nodes, an outer one before those in it, with how deep each is."""
    pending = [(0, root)]
    while pending:
        depth, node = pending.pop()
        yield depth, node
        pending.extend((depth + 1, child) for child in reversed(node.children))


def kept(tree: SyntaxTree) -> list[tuple[int, str, str | None]]:
    """What Lark keeps too: by depth, the kind, and of tokens the text."""
    return [
        (depth, node.type, None if _is_rule(tree, node) else tree.text[node.start_byte : node.end_byte])
        for depth, node in nodes(tree._parsed.root)
        if node.is_named and not node.is_extra
    ]


def _is_rule(tree: SyntaxTree, node: Node) -> bool:
    return node.type not in load_grammar(tree.language).terminals


def larks(tree: Branch[Token], depth: int = 0) -> Iterator[tuple[int, str, str | None]]:
    """The same of a tree of Lark's."""
    if isinstance(tree, Token):
        yield depth, tree.type, str(tree)
    else:
        yield depth, str(tree.data), None
        for child in tree.children:
            yield from larks(child, depth + 1)


def judge(language: Language) -> Lark:
    return Lark(language.grammar, parser="lalr", maybe_placeholders=False, start=language.start)


def everything(tree: SyntaxTree) -> list[object]:
    """All that can be told of the nodes of a tree."""
    return [
        (d, n.type, n.start_byte, n.end_byte, n.is_named, n.is_missing, n.is_error, n.is_extra, n.has_error)
        for d, n in nodes(tree._parsed.root)
    ]


def random_edit(random: Random, text: str, pieces: tuple[str, ...]) -> Edit:
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 0, 0, 1, 1, 3, 20)))
    return Edit(Span(start, end), "".join(random.choices(pieces, k=random.choice((0, 1, 1, 2)))))


def edited(text: str, edit: Edit) -> str:
    return text[: edit.span.start] + edit.text + text[edit.span.end :]


def agree(language: Language, lark: Lark, text: str) -> bool:
    """Whether Lark takes a text; if it does its tree is ours, and there is an error if it does not."""
    tree = parse(language, text)
    try:
        wanted = lark.parse(text)
    except LarkError:
        assert tree.error_count, text
        return False
    assert not tree.error_count, text
    root, *inner = kept(tree)
    expected = list(larks(wanted))
    assert expected == [root, *inner] or expected == [(d - 1, *rest) for d, *rest in inner], text
    return True


@pytest.mark.parametrize("text", TEXTS)
def test_what_lark_keeps_is_in_the_tree_as_lark_has_it(text: str) -> None:
    assert agree(SHAPED, judge(SHAPED), text)


@pytest.mark.parametrize("seed", range(20))
def test_trees_of_random_grammars_are_those_of_lark(seed: int) -> None:
    rules, _ = random_grammar(seed)
    language = lark_grammar(lark_text(rules))
    lark = judge(language)
    taken = [agree(language, lark, "".join(word).lower()) for word in words(5)]
    assert any(taken)


@pytest.fixture(params=["graphql", "hcl"])
def bundle(request: pytest.FixtureRequest) -> Language:
    """A bundle of ours as if it named no parser."""
    return replace(load_registry().by_id(request.param), parser=ParserBinding())


def test_trees_of_examples_are_those_of_lark(bundle: Language) -> None:
    language = bundle
    lark = judge(language)
    for text in examples(language):
        tree = parse(language, text)
        assert not tree.error_count
        try:
            wanted = lark.parse(text)
        except LarkError:  # what Lark alone cannot read: paired and reserved terminals
            assert language.paired or language.reserved
            continue
        assert kept(tree) == list(larks(wanted))


def test_damaged_texts_have_errors_as_lark_says() -> None:
    random, lark = Random(1), judge(SHAPED)
    taken = 0
    for number in range(400):
        text = TEXTS[2 + number % 2]
        for _ in range(random.choice((1, 1, 2, 5))):
            text = edited(text, random_edit(random, text, (*"()[]{}+-*=,;.#/\n a1", "/*", "*/", "do ")))
        taken += agree(SHAPED, lark, text)
    assert 20 < taken < 380


def test_damaged_examples_have_errors_where_the_grammar_rejects_them(bundle: Language) -> None:
    language, random = bundle, Random(2)
    grammar = load_grammar(language)
    for number in range(30):
        text = examples(language)[number % len(examples(language))]
        for _ in range(random.choice((1, 1, 4))):
            text = edited(text, random_edit(random, text, PIECES[language.id]))
        tree = parse(language, text)
        assert bool(tree.error_count) == (check(grammar, text) is not None)
        place = 0
        for _, node in nodes(tree._parsed.root):
            if not node.child_count and node.end_byte > node.start_byte:
                assert place <= node.start_byte, (node, text)
                place = node.end_byte


@pytest.mark.parametrize("keep", [1, 25], ids=["from intact", "very broken"])
def test_edited_trees_equal_fresh_ones(keep: int) -> None:
    random, pieces = (
        Random(keep),
        (*"()[]{}+-*=,;.#/\n a1é", "/*", "*/", "do ", "a = 1\n", "<<", ">>", "<=<", ">=>"),
    )
    tree = parse(SHAPED, "")
    for number in range(250):
        if number % keep == 0:
            tree = parse(SHAPED, "\n".join(random.choices(TEXTS, k=3)))
        text, edits = tree.text, []
        for _ in range(random.choice((1, 1, 1, 3))):
            edits.append(random_edit(random, text, pieces))
            text = edited(text, edits[-1])
        tree = next_tree(tree, edits, text)
        assert everything(tree) == everything(parse(SHAPED, text)), (edits, text)


def test_edited_trees_of_bundles_equal_fresh_ones(bundle: Language) -> None:
    language, random = bundle, Random(3)
    tree = parse(language, "")
    for number in range(30):
        if number % 4 == 0:
            tree = parse(language, random.choice(examples(language)))
        edit = random_edit(random, tree.text, PIECES[language.id])
        text = edited(tree.text, edit)
        tree = next_tree(tree, [edit], text)
        assert everything(tree) == everything(parse(language, text)), (edit, text)


@pytest.mark.parametrize("keep", [1, 25], ids=["from intact", "very broken"])
def test_parts_that_were_taken_over_are_those_of_the_tree(keep: int) -> None:
    random, pieces, taken = Random(keep), (*"()[]{}+-*=,;.#/\n a1é", "/*", "*/", "do ", "a = 1\n", "<<"), 0
    tree, places = parse(SHAPED, ""), Random(keep)
    for number in range(150):
        if number % keep == 0:
            tree = parse(SHAPED, "\n".join(random.choices(TEXTS, k=3)))
            assert tree.parts is not None
        edit = random_edit(random, tree.text, pieces)
        tree = tree.edited([edit], edited(tree.text, edit))
        if number % 3:
            taken += tree._earlier is not None
            assert _parts(tree.parts) == _parts(parse(SHAPED, tree.text).parts), tree.text
            start, end = sorted(places.choices(range(len(tree.text) + 1), k=2))
            near = [part for part in tree.parts if part.start <= end and start <= part.end]
            assert _parts(tree.parts_touching(Span(start, end))) == _parts(near)
    assert taken > 80


def _parts(parts: Iterable[Part]) -> list[object]:
    members = ((part, part.member) for part in parts)
    return [(part.start, part.text, part.key, one.start, one.end, one.broken) for part, one in members]


@pytest.mark.parametrize("line", ["a = 1\n", "a = <<1>>\n", "a = <=<.>=>\n"])
def test_elements_that_an_edit_does_not_touch_are_taken_over(line: str) -> None:
    text = line * 2000
    tree = parse(SHAPED, text)
    edit = Edit(Span(1000 * len(line), 1000 * len(line) + 1), "b = c")
    after = tree.edited([edit], edited(text, edit))
    old = {id(node._green) for node in tree._parsed.root.children}  # type: ignore[attr-defined]
    new = {id(node._green) for node in after._parsed.root.children}  # type: ignore[attr-defined]
    assert len(new - old) < 12


@pytest.mark.parametrize("text", [*TEXTS, "# a\n\n).=( a = 1 do"])
def test_the_children_of_a_root_are_found_by_number(text: str) -> None:
    root = parse(SHAPED, text)._parsed.root
    found, every = root.children, list(root.children)
    assert len(found) == len(every) == root.child_count
    assert [found[number] for number in range(-len(every), len(every))] == every * 2
    assert found[1:] == every[1:]
    assert found[::-2] == every[::-2]
    with pytest.raises(IndexError):
        found[len(every)]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a = (1\nb = 2", [("missing", 6, 6)]),
        ("a = 1 )\nb = 2", [("error", 6, 7)]),
        ("a = 1 1\nb = 2", [("missing", 5, 5)]),
        ("a = $ 1\nb = 2", [("error", 4, 5)]),
        ("a = f(1, [2, 3\nb = 2", [("missing", 14, 14), ("missing", 14, 14)]),
        ("a = \nb = 2", [("missing", 3, 3)]),
        ("= = =\nb = 2", [("error", 0, 5)]),
    ],
)
def test_an_error_stays_where_it_is(text: str, problems: list[tuple[str, int, int]]) -> None:
    tree = parse(SHAPED, text)
    found = [("error" if p.missing is None else "missing", p.span.start, p.span.end) for p in tree.problems]
    assert found == problems
    assert tree.parts[-1].text == "b = 2"
    assert tree.parts[-1].key is not None


JSON = r"""
?start: value
?value: object | array | STRING -> string | NUMBER -> number
array: "[" [value ("," value)*] "]"
object: "{" [pair ("," pair)*] "}"
pair: STRING ":" value
STRING: /"[^"\n]*"/
NUMBER: /-?[0-9]+/
%ignore /[ \t\n]+/
"""


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('{"a": , "b": 1}', [("missing", 5, 5)]),
        ('{"a" 1, "b": [1 2]}', [("missing", 4, 4), ("missing", 15, 15)]),
        ('{"a": {"b": [1, {"c": 2', [("missing", 23, 23)] * 4),
        ('{"a": 1, "b: 2,\n "c": 3}', [("error", 7, 14)]),
        ('{"a": [1, 2, "b": 3}', [("error", 16, 19), ("missing", 19, 19)]),
        ("}", [("error", 0, 1)]),
    ],
)
def test_an_error_stays_where_it_is_in_a_text_that_is_no_list(
    text: str, problems: list[tuple[str, int, int]]
) -> None:
    tree = parse(lark_grammar(JSON), text)
    found = [("error" if p.missing is None else "missing", p.span.start, p.span.end) for p in tree.problems]
    assert found == problems
    assert tree.element_start(len(text)) == 0


def test_what_is_put_in_is_missing_whatever_a_rule_calls_it() -> None:
    language = lark_grammar('start: (x | y)*\nx: "a" ";"\n!y: "b" ";"\n%ignore " "\n')
    assert parse(language, "a a ;").problems == (Problem(Span(1, 1), ";", named=False),)
    assert parse(language, "b b ;").problems == (Problem(Span(1, 1), "SEMICOLON", named=True),)


def test_comments_are_in_the_innermost_node_around_them() -> None:
    tree = parse(SHAPED, "# a\ndo { /* b */ a = 1 /* c */ } # d")
    found = [(d, tree.text[n.start_byte : n.end_byte]) for d, n in nodes(tree._parsed.root) if n.is_extra]
    assert found == [(1, "# a"), (2, "/* b */"), (2, "/* c */"), (1, "# d")]


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 15 * SIZE, "a = " + "(" * 15 * SIZE, ") " * 5 * SIZE, "$" * 50 * SIZE, "/* " * 8 * SIZE),
        *(
            "a = 1 b " * (3 * SIZE // 4),
            "a = [" * (3 * SIZE // 4),
            "do {" * 5 * SIZE + "}" * 5 * SIZE,
            "a = " + "-" * 5 * SIZE,
        ),
    ],
    ids=lambda text: text[:8],
)
def test_any_text_is_parsed_in_bounded_steps(text: str) -> None:
    found = list[SyntaxTree]()
    count = calls(lambda: found.append(parse(SHAPED, text)))
    (tree,) = found
    assert tree.problems
    count += calls(lambda: tree.element_start(len(text)))
    assert count < 2_500 * SIZE


def test_a_query_is_run_on_these_trees() -> None:
    language = lark_grammar(SHAPES, queries={"folds": "(block) @fold", "wrong": "\n(blok) @fold"})
    tree = parse(language, "a = 1\ndo { f() }\n")
    assert [m.captures[0].span for m in tree.matches("folds")] == [Span(6, 16)]
    assert [(name, start, end) for _, name, start, end in tree.captures("folds")] == [("fold", 6, 16)]
    assert [len(part.matches("folds")) for part in tree.parts] == [0, 1]
    with pytest.raises(BundleError, match=r"wrong.scm:2: .*blok"):
        tree.matches("wrong")
