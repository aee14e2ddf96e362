"""What a bundle says of builtins and snippets; a mistake there is one line that names place and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lsp_server.errors import ManifestError
from lsp_server.inspection.in_offers import of_offers
from lsp_server.lalr import load_grammar
from lsp_server.languages import (
    Builtin,
    Snippet,
    Stands,
    bundled_directory,
    load_bundle,
    load_bundles,
    reread,
)
from lsp_server.languages.offers import plain_text
from tests.conftest import GRAMMAR, MANIFEST, MakeBundle

BUILTINS = """\
where = { function = ["name", "constant"] }
then = { function = "(" }

[function]
sum = { signature = "(a, b)", about = "Both together." }

[constant]
pi = "About 3."
"double zero" = "Nothing."
"""
SNIPPETS = """\
[assignment]
about = "Gives a name a value."
text = '''
${1:name} =
  ${2:1};
'''

["in it"]
about = "More of a sum."
within = ["a = 1<|>;", "a = (1<|>);"]
text = " + $1"
"""


def bundle_with(make_bundle: MakeBundle, builtins: str = "", snippets: str = "") -> Path:
    folder = make_bundle()
    (folder / "builtins.toml").write_text(builtins, encoding="utf-8")
    (folder / "snippets.toml").write_text(snippets, encoding="utf-8")
    return folder


def test_builtins_have_a_kind_and_an_explanation(make_bundle: MakeBundle) -> None:
    function = Stands(("function", "name", "constant"), "(")
    constant = Stands(("constant",))
    assert load_bundle(bundle_with(make_bundle, BUILTINS)).builtins == (
        Builtin("sum", "function", "sum(a, b)", "Both together.", function, 5),
        Builtin("pi", "constant", "", "About 3.", constant, 8),
        Builtin("double zero", "constant", "", "Nothing.", constant, 9),
    )


def test_a_qualified_builtin_needs_what_stands_before(make_bundle: MakeBundle) -> None:
    text = "qualifier = \":\"\n[type]\n\"a:b\" = 'A.'\nc = 'C.'\n"
    found = load_bundle(bundle_with(make_bundle, text)).builtins
    assert [(builtin.name, builtin.stands.needs) for builtin in found] == [("a:b", "a"), ("c", "")]


def test_a_kind_of_builtins_may_be_in_another_space_and_have_no_members(make_bundle: MakeBundle) -> None:
    text = "space = { scalar = \"type\" }\nmemberless = ['scalar']\n[scalar]\na = 'A.'\n[type]\nb = 'B.'\n"
    found = load_bundle(bundle_with(make_bundle, text)).builtins
    told = [(builtin.kind, builtin.space, builtin.memberless) for builtin in found]
    assert told == [("scalar", "type", True), ("type", "type", False)]


def test_snippets_have_a_text_with_places(make_bundle: MakeBundle) -> None:
    first, second = load_bundle(bundle_with(make_bundle, snippets=SNIPPETS)).snippets
    assert first == Snippet("assignment", "${1:name} =\n  ${2:1};", "Gives a name a value.", line=1)
    assert (first.plain, first.placed) == ("name =\n  1;", ("name =\n  1;",))
    assert (second.name, second.line, second.placed) == ("in it", 8, ("a = 1 + ;", "a = (1 + );"))


def test_a_bundle_without_these_files_has_none(make_bundle: MakeBundle) -> None:
    language = load_bundle(make_bundle())
    assert (language.builtins, language.snippets) == ((), ())


@pytest.mark.parametrize(
    ("snippet", "plain"),
    [
        ("a $1b$0", "a b"),
        ("${1:a} ${2} ${1} $1", "a  a a"),
        ("${1:a ${2:b} c} $2", "a b c b"),
        ("${1|one,two|} $1", "one one"),
        (r"\$1 \${x\} {} } \\ \n", r"$1 ${x} {} } \ \n"),
        ("{ ${1:a} }", "{ a }"),
    ],
)
def test_the_plain_text_has_the_defaults(snippet: str, plain: str) -> None:
    assert plain_text(snippet) == plain


@pytest.mark.parametrize(
    ("builtins", "message"),
    [
        ("[function]\nsum = 1", r":2: key 'sum' is no table \(write signature, about, where in it\)"),
        ("[function]\nsum = {}", r":2: key 'sum.about' is missing \(add it\)"),
        ('[function]\nsum = { abut = "" }', r":2: unknown key 'sum.abut' \(did you mean 'about'\?\)"),
        ('[function]\nsum = { about = " " }', r":2: key 'sum.about': not a text \(correct its value\)"),
        ('[function]\nsum = "a"\nsum = "b"\n', r":3: not TOML: .*"),
        ('sum = "x"', r":1: key 'sum' is no kind of name \(write a table .* such as \[function\]\)"),
        (
            "then = 1",
            r":1: key 'then': cannot be read \(write, for example, then = \{ function = \"\(\" \}\)",
        ),
        ("qualifier = 1", r":1: key 'qualifier': not a text \(correct its value\)"),
        ('where = "x"', r":1: key 'where': cannot be read .*"),
        (
            'where = { functon = ["x"] }\n[function]\nsum = "x"',
            r":1: key 'where': no table \[functon\] \(did you mean 'function'\?\)",
        ),
        ("space = { function = 1 }\n[function]\nsum = 'x'", r":1: key 'space': cannot be read .*"),
        ("memberless = 'a'\n[a]\nb = 'x'", r":1: key 'memberless': not a list of kinds .*"),
        ("memberless = ['b']\n[a]\nb = 'x'", r":1: key 'memberless': no table \[b\] .*"),
    ],
)
def test_a_mistake_in_the_builtins_is_one_line(make_bundle: MakeBundle, builtins: str, message: str) -> None:
    with pytest.raises(ManifestError, match=rf"^\S+builtins\.toml{message}$"):
        load_bundle(bundle_with(make_bundle, builtins))


@pytest.mark.parametrize(
    ("snippets", "message"),
    [
        ("[a]\ntext = 'a'", r":1: key 'a.about' is missing \(add it\)"),
        ('["a b"]\ntxt = "a"', r":1: unknown key 'a b.txt' \(did you mean 'text'\?\)"),
        (
            "[a]\ntext = '$x'\nabout = 'A.'",
            r":1: key 'a.text': `\$x` begins no place \(write .*",
        ),
        ("[a]\ntext = '${1:x'\nabout = 'A.'", r":1: key 'a.text': the place \$\{1: has no end .*"),
        ("[a]\ntext = 'a'\nabout = 'A.'\nwithin = 'b'", r":1: key 'a.within': does not hold <\|> .*"),
    ],
)
def test_a_mistake_in_the_snippets_is_one_line(make_bundle: MakeBundle, snippets: str, message: str) -> None:
    with pytest.raises(ManifestError, match=rf"^\S+snippets\.toml{message}$"):
        load_bundle(bundle_with(make_bundle, snippets=snippets))


@pytest.mark.parametrize("name", ["builtins.toml", "snippets.toml"])
def test_a_change_of_these_files_is_noticed(make_bundle: MakeBundle, name: str) -> None:
    folder = make_bundle()
    before = load_bundles((folder,))
    text = BUILTINS if name == "builtins.toml" else SNIPPETS
    (folder / name).write_text(text, encoding="utf-8")
    after = reread(before)
    assert after is not before
    language = after.registry.by_id("calc")
    assert bool(language.builtins) == (name == "builtins.toml")
    assert bool(language.snippets) == (name == "snippets.toml")


def test_the_examples_of_the_documentation_hold(make_bundle: MakeBundle) -> None:
    text = (bundled_directory() / "README.md").read_text("utf-8")
    builtins, snippets = (
        re.findall(rf"## {name}\n.*?```toml\n(.*?)```", text, re.DOTALL)[0]
        for name in ("builtins.toml", "snippets.toml")
    )
    language = load_bundle(bundle_with(make_bundle, builtins, snippets))
    assert [builtin.stands.where for builtin in language.builtins] == [
        ("function", "variable"),
        ("constant",),
    ]
    assert [snippet.placed for snippet in language.snippets] == [("name = 1;",), ("a = 1 + name;",)]
    assert of_offers(load_grammar(language)) == ()


@pytest.mark.parametrize(
    ("builtins", "snippets", "told"),
    [
        (
            '[name]\n"a b" = "A."\n"1a" = "B."',
            "",
            "builtins.toml:3: warning: builtin '1a' is not a name in this language",
        ),
        (
            "",
            "[one]\nabout = 'One.'\ntext = '${1:a} = ;'\n[two]\nabout = 'Two.'\ntext = 'a = 1;'",
            "snippets.toml:1: warning: snippet 'one' does not parse, where `(`, `name`, `number` may stand",
        ),
    ],
)
def test_what_the_grammar_cannot_read_is_found(
    make_bundle: MakeBundle, builtins: str, snippets: str, told: str
) -> None:
    (finding,) = of_offers(load_grammar(load_bundle(bundle_with(make_bundle, builtins, snippets))))
    assert told in str(finding)


def test_a_name_that_is_there_twice_is_found(make_bundle: MakeBundle) -> None:
    folder = bundle_with(make_bundle, '[name]\nab = "A."\nAB = "B."\n[other]\nab = "C."')
    grammar = GRAMMAR.replace("/[a-z]+/", "/[a-z]+/i")
    (folder / "grammar.lark").write_text(grammar, encoding="utf-8")
    manifest = MANIFEST + "\n[naming]\nignore_case = true\n"
    (folder / "language.toml").write_text(manifest, encoding="utf-8")
    (finding,) = of_offers(load_grammar(load_bundle(folder)))
    assert "builtins.toml:3: warning: builtin 'AB' is there twice" in str(finding)


def test_a_snippet_that_does_not_parse_shows_where(make_bundle: MakeBundle) -> None:
    snippet = "[one]\nabout = 'One.'\nwithin = \"a = 1;\\n<|>\\n\"\ntext = 'b = ;'"
    (finding,) = of_offers(load_grammar(load_bundle(bundle_with(make_bundle, snippets=snippet))))
    assert finding.examples == ("b = ▸;",)


def test_lines_of_a_snippet_are_indented_as_its_place_is() -> None:
    snippet = Snippet("a", "b {\n  $0\n}", "A.", within=("a {\n    <|>\n}\n",))
    assert snippet.placed == ("a {\n    b {\n      \n    }\n}\n",)
