"""What `holegram new` reads off examples: that words and a name and no more declare it, or only use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.names.naming import names_of
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.texts import Texts
from lsp_server.syntax import parse
from tests.authoring.making import made_of

GRAMMAR = """
start: (source | step | sink | pick)*
source: "source" NAME "from" STRING ";"
step: "step" NAME "reads" NAME ("," NAME)* "{" (keep | note)* "}"
keep: "keep" NAME ";"
note: "note" NAME ";"
sink: "emit" NAME "to" STRING ";"
pick: "initial" NAME ";"
NAME: /[a-z_]+/
STRING: /"[^"]*"/
%ignore /[ \\n]+/
"""
SOURCES = 'source orders from "o"; source people from "p";\n'
STEPS = "step late reads orders { keep due; } step both reads late, people { keep email; }\n"
SINKS = 'emit late to "l"; emit both to "b";\n'


def declaring(tmp_path: Path, *examples: str) -> set[str]:
    """The kinds of definitions that names must be of."""
    tmp_path.mkdir(exist_ok=True)
    return set(made_of(tmp_path, GRAMMAR, *examples).naming.closed)


def test_what_stands_there_first_and_is_used_later_is_declared(tmp_path: Path) -> None:
    assert declaring(tmp_path, SOURCES + STEPS + SINKS) >= {"source", "step"}


def test_without_examples_only_the_shape_counts(tmp_path: Path) -> None:
    assert declaring(tmp_path) == {"step"}


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(STEPS + SOURCES, id="used before"),
        pytest.param('source orders from "o";\nstep late reads orders {}\n', id="one name"),
        pytest.param(f'{SOURCES}source orders from "again";\n{STEPS}', id="one said twice"),
        pytest.param(f"{SOURCES}step late reads clicks {{}}", id="not used"),
        pytest.param(
            "step orders reads x {} step people reads y {}" + SOURCES + STEPS, id="declared by another"
        ),
    ],
)
def test_what_the_examples_leave_open_declares_nothing(tmp_path: Path, example: str) -> None:
    assert "source" not in declaring(tmp_path, example)


def test_one_of_each_file_is_none_that_is_declared_there(tmp_path: Path) -> None:
    """The first state of a machine is named once in each, before all others."""
    machines = [f"initial {name}; step {name} reads {name} {{}}" for name in "abc"]
    assert "pick" not in declaring(tmp_path, *machines)


def test_names_that_are_declared_only_so_resolve_and_others_are_told(tmp_path: Path) -> None:
    """A place where names of several kinds stand is closed for all others."""
    language = made_of(tmp_path, GRAMMAR, SOURCES + STEPS + SINKS)
    tree = parse(language, 'source clicks from "c";\nstep top reads clicks, clikcs { keep page; }\n')
    names, _ = names_of(tree)
    uses = {one.name: one.spaces for part in names.parts for one in part.occurrences if not one.defines}
    assert uses["clicks"] == uses["clikcs"] == ("source", "step", "step_name")
    assert "step_name" in language.naming.untold
    assert "anything" in uses["page"]


TYPED = """
start: item*
item: "fun" NAME "(" [param ("," param)*] ")" "{" stmt* "}" -> fun
param: type NAME
stmt: type NAME ("," NAME)* "=" expr ";" -> decl
    | NAME "=" expr ";" -> change
    | "for" "(" type NAME "in" expr ")" "{" stmt* "}" -> loop
type: NAME
expr: NAME -> use
    | NAME "(" [expr ("," expr)*] ")" -> call
    | NUMBER
NAME: /[a-z_]+/
NUMBER: /[0-9]+/
%ignore /[ \\n]+/
"""
PROGRAMS = (
    """fun one(int a, real b) { int c, d = a; int e = max(b, c); d = e; c = size(d); b = round(c);
    for (int i in d) { int k = i; e = k; } for (int l in c) { e = l; } }""",
    """fun two(text s, real r) { int n = size(s); int m = max(n, n); m = round(r); n = first(s);
    for (int j in m) { n = j; } }""",
    """fun three(text t, int z) { int y = size(t); text u = first(t); u = text_of(y); y = z;
    int w = max(y, u); w = z; }""",
)


def test_variables_are_declared_behind_their_types_and_not_where_they_are_set(tmp_path: Path) -> None:
    language = made_of(tmp_path, TYPED, *PROGRAMS)
    text = "fun f(int first) { int second, third = first; second = third; for (int each in first) { } }"
    names, _ = names_of(parse(language, text))
    defined = [one.name for part in names.parts for one in part.occurrences if one.defines]
    assert sorted(defined) == ["each", "f", "first", "second", "third"]


def test_what_several_examples_use_and_none_declares_the_language_brings(tmp_path: Path) -> None:
    language = made_of(tmp_path, TYPED, *PROGRAMS)
    brought = {(one.space, one.name) for one in language.builtins}
    assert {("type", "int"), ("type", "text"), ("call", "max"), ("call", "size")} <= brought
    assert ("call", "text_of") not in brought, "one example alone has it"
    assert {"type", "call"} <= language.naming.untold
    assert {one.about for one in language.builtins if one.name == "max"} == {"In 3 of 3 examples."}


def test_a_variable_is_not_set_to_itself_where_no_example_does_that(tmp_path: Path) -> None:
    language = made_of(tmp_path, TYPED, *PROGRAMS)
    names, _ = names_of(parse(language, "fun f(int a) { int b = a; for (int c in a) { a = c; } }"))
    outside = {one.name: one.outside for part in names.parts for one in part.occurrences if one.defines}
    assert outside == {"f": False, "a": False, "b": True, "c": False}


NESTED = """
start: item*
item: "fun" NAME "(" [param ("," param)*] ")" "{" stmt* "}" -> fun
param: NAME
?stmt: let | give
let: "let" NAME "=" (expr | func) ";"
func: "fn" param "in" "{" stmt* "}"
give: "give" expr ";"
expr: NAME -> use
    | NUMBER
NAME: /[a-z_]+/
NUMBER: /[0-9]+/
%ignore /[ \\n]+/
"""


def test_what_may_hold_names_of_its_own_is_known_beside_it(tmp_path: Path) -> None:
    language = made_of(tmp_path, NESTED)
    text = "fun f(a) { let size = a; let twice = fn b in { give b; }; give size; give b; }"
    names, _ = names_of(parse(language, text))
    unit = Unit("a", "", names)
    resolver = Resolver(Texts([unit]))
    given = [name for name in names if text[: name.begin].endswith("give ")]
    known = [(name.occurrence.name, bool(resolver.definitions(Place(unit, name)))) for name in given]
    assert known == [("b", True), ("size", True), ("b", False)]


def test_what_is_imported_is_declared_elsewhere_whatever_the_rule_is_called(tmp_path: Path) -> None:
    grammar = """
    start: (import_decl | fact)*
    import_decl: "import" NAME ("," NAME)* "from" STRING
    fact: "fact" NAME "{" "}"
    NAME: /[A-Z][a-z]+/
    STRING: /"[^"]*"/
    %ignore /[ \\n]+/
    """
    language = made_of(tmp_path, grammar, 'import Claim from "facts" fact Policy {}', "fact Claim {}")
    names, _ = names_of(parse(language, 'import Claim, Policy from "facts" fact Person {}'))
    defined = {one.name: one.defines for part in names.parts for one in part.occurrences}
    assert defined == {"Claim": False, "Policy": False, "Person": True}


def test_what_another_example_declares_is_imported_and_not_declared_again(tmp_path: Path) -> None:
    declares = "step orders reads x {} step people reads y {}"
    assert "source" in declaring(tmp_path / "one", SOURCES + STEPS + SINKS)
    assert "source" not in declaring(tmp_path / "two", SOURCES + STEPS + SINKS, declares)


def test_what_an_arrow_leads_to_is_a_name_and_what_a_dot_is_before_is_none(tmp_path: Path) -> None:
    grammar = """
    start: state*
    state: "state" NAME "{" turn* "}"
    turn: "on" path "->" NAME ";"
    path: NAME ("." NAME)*
    NAME: /[a-z]+/
    %ignore /[ \\n]+/
    """
    language = made_of(tmp_path, grammar, "state open { on door.bell -> shut; } state shut {}")
    names, _ = names_of(parse(language, "state open { on door.bell -> shut; } state shut {}"))
    uses = [one.name for part in names.parts for one in part.occurrences if not one.defines]
    assert uses == ["door", "shut"]
