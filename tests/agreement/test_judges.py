"""Judges: what a bundle names is asked, whatever it does."""

from __future__ import annotations

import socket
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import lsp_server
from lsp_server.agreement.asking import Judge, Verdict
from lsp_server.agreement.judges import DEEPEST, LONGEST, load_judge, load_places
from lsp_server.errors import GrammarError, ManifestError, UsageError
from lsp_server.languages import Language, load_bundle, load_registry
from tests.conftest import MANIFEST, MakeBundle
from tests.corpus_cases import SAMPLES


class RejectedError(Exception):
    """What the judges of these tests raise."""


def _only_digits(text: str) -> None:
    if not text.isdigit():
        raise RejectedError(f"not digits:\n  {text}")


def _only_letters(text: str) -> None:
    if not text.isalpha():
        raise RejectedError("twice" if "22" in text else "not letters")


def _never_sure(text: str) -> None:
    raise RejectedError("too much" if "(" in text else "no")


class Fresh:
    """A judge that remembers what it was asked, and can read a text only once."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, text: str, *, run: bool) -> None:
        self.asked += 1
        if "!" in text or self.asked > 1:
            raise RejectedError("no")
        if not run:
            raise RejectedError("not run: as told")


def _minding_names(text: str, *, names: dict[str, str]) -> None:
    unknown = sorted(set(text.split()) - names.keys())
    if unknown or set(names.values()) - {"x"}:
        raise RejectedError(f"unknown: {unknown}, told: {names}")


def _reading_to_the_end(text: str) -> None:
    line = text.count("\n") + 1
    column = len(text) - text.rfind("\n")
    if "?" in text:
        line, column = 1, text.index("?") + 1
    raise RejectedError(f"at {line}:{column}")


@pytest.fixture
def judging(monkeypatch: pytest.MonkeyPatch, make_bundle: MakeBundle) -> Path:
    module = ModuleType("judge_of_this_test")
    vars(module).update(digits=_only_digits, letters=_only_letters, unsure=_never_sure, Fresh=Fresh, number=7)
    vars(module).update(names=_minding_names, end=_reading_to_the_end)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return make_bundle()


def trusted(language: Language) -> Language:
    """A language whose judges are called in this process, as those of the product's own bundles are."""
    return replace(language, judges=tuple(replace(judge, trusted=True) for judge in language.judges))


def _judge(folder: Path, *tables: str) -> Judge:
    text = MANIFEST + "".join(f'\n[[judge]]\nmodule = "judge_of_this_test"\n{table}\n' for table in tables)
    (folder / "language.toml").write_text(text)
    return load_judge(trusted(load_bundle(folder)))


def test_a_raised_error_is_a_rejection_with_its_message_on_one_line(judging: Path) -> None:
    judge = _judge(judging, 'function = "digits"')
    assert judge("12").valid
    verdict = judge("1x")
    assert (verdict.valid, verdict.well_formed, verdict.message) == (False, False, "not digits: 1x")


def test_what_one_of_several_judges_accepts_is_valid(judging: Path) -> None:
    judge = _judge(judging, 'function = "digits"', 'function = "letters"')
    assert judge("12").valid
    assert judge("ab").valid
    assert judge("1b").message == "not digits: 1b"


def test_a_message_is_ignored_only_where_a_pattern_matches_all_of_it(judging: Path) -> None:
    judge = _judge(judging, 'function = "digits"', 'function = "letters"\nignore = ["twic", "twice"]')
    assert judge("22x").ignored
    assert judge("22x").well_formed
    assert not judge("22x").valid
    partly = _judge(judging, 'function = "digits"\nignore = ["not digits"]')
    assert not partly("22x").ignored


def _only_as(text: str) -> None:
    wrong = [f"at {i}, in line {text.count(chr(10), 0, i) + 1}" for i, c in enumerate(text) if c not in "a\n"]
    if wrong:
        raise RejectedError("; ".join(wrong))


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("", ()),
        (r"place = 'line (?P<line>\d+)'", (2, 4)),
        (r"place = 'at (?P<offset>\d+)'", (2, 4)),
        (r"place = '^at (?P<offset>\d+)'", (2,)),
        (r"place = 'column (?P<line>\d+)'", ()),
    ],
)
def test_a_judge_tells_the_lines_of_errors(judging: Path, place: str, lines: tuple[int, ...]) -> None:
    vars(sys.modules["judge_of_this_test"])["aaa"] = _only_as
    judge = _judge(judging, f'function = "aaa"\n{place}')
    assert judge("aa\naba\n\nbb").lines == lines
    assert judge("aa").lines == ()


def test_a_place_up_to_which_was_read_is_that_of_the_error_without_what_was_read_of_it(judging: Path) -> None:
    def late(text: str) -> None:
        end = text.find("b") + len("word")
        line, column = text.count("\n", 0, end) + 1, end - text.rfind("\n", 0, end)
        raise RejectedError(f"line {line}, column {column}: word")

    vars(sys.modules["judge_of_this_test"])["late"] = late
    place = r"place = 'line (?P<line>\d+)(, column (?P<column>\d+): (?P<read>.+))?'"
    text = "a\nb\n\n\n\n"
    assert _judge(judging, f'function = "late"\n{place}')(text).lines == (2,)
    assert _judge(judging, 'function = "late"\n' + place.replace("read", "rest"))(text).lines == (5,)


def test_of_a_rejected_text_the_judge_that_reads_farthest_tells_the_place(judging: Path) -> None:
    vars(sys.modules["judge_of_this_test"])["aaa"] = _only_as
    first, last = r"place = '^at \d+, in line (?P<line>\d+)'", r"place = '(?P<line>\d+)$'"
    text = "a\nb\na\nb"
    for own, other in ((first, last), (last, first), (last, "place = '(?P<line>x)'")):
        judge = _judge(judging, f'function = "aaa"\n{own}', f'function = "aaa"\nplace_only = true\n{other}')
        verdict = judge(text)
        assert verdict.lines == ((2,) if own == first else (4,))
        assert load_places(trusted(load_bundle(judging)))(text, verdict) == (4,)


def test_a_judge_of_places_neither_accepts_nor_rejects(judging: Path) -> None:
    judge = _judge(judging, 'function = "digits"', 'function = "letters"\nplace_only = true')
    assert (judge("12").valid, judge("ab").valid) == (True, False)


def test_what_is_appended_follows_the_last_line_that_is_not_blank(judging: Path) -> None:
    read: list[str] = []
    vars(sys.modules["judge_of_this_test"])["keep"] = read.append
    assert _judge(judging, 'function = "keep"\nappend = "|"')("a \n\n").valid
    assert read == ["a|"]


def test_each_bundles_judge_tells_where_an_error_is(language: Language) -> None:
    judge = load_judge(language)
    example = next(path for path in (language.directory / "examples").rglob("*") if path.is_file())
    text = example.read_text(encoding="utf-8").rstrip("\n")
    verdict = judge(f"{language.comment.line[0]} é\n{text}\n)")
    assert verdict.lines == (text.count("\n") + 3,), verdict.message


FALLBACK = 'function = "digits"\nfallback = true'
UNSURE = 'function = "unsure"\nunsure = ["too much"]'


def test_a_method_is_called_on_a_fresh_object_with_the_arguments_of_the_bundle(judging: Path) -> None:
    told = 'function = "Fresh.read"\narguments = { run = false }\naccept = ["not run: .*"]'
    judge = _judge(judging, told)
    assert [judge(text).valid for text in ("a", "b", "!")] == [True, True, False]


def test_names_in_a_text_are_declared_to_a_judge_that_wants_that(judging: Path) -> None:
    told = 'function = "names"\narguments = { names = "x" }\ndeclare = { names = "%s" }'
    assert _judge(judging, told % "([a-z]+)")("a bc").valid
    assert _judge(judging, told % "(b)")("a b").message == "unknown: ['a'], told: {'b': 'x'}"
    assert _judge(judging, told % "(?=([a-z]*))")("a bc").valid


def test_a_judge_that_read_all_and_what_is_appended_accepts(judging: Path) -> None:
    told = 'function = "end"\nappend = "\\n|"\naccept_appended = true\n'
    judge = _judge(judging, told + r"place = 'at (?P<line>\d+):(?P<column>\d+)'")
    assert [judge(text).valid for text in ("", "a\nb\n", "a ?", "a\n?")] == [True, True, False, False]
    assert not _judge(judging, told + r"place = 'at (?P<line>\d+)'")("a").valid


def test_what_a_judge_would_break_down_over_is_written_in_another_way(judging: Path) -> None:
    judge = _judge(judging, 'function = "digits"\nrewrite = [["a(?=b)", "1"], ["b", "2"]]')
    assert judge("ab").valid
    assert judge("ac").message == "not digits: ac"


def test_a_fallback_is_asked_only_where_another_gave_up(judging: Path) -> None:
    judge = _judge(judging, UNSURE, FALLBACK)
    assert judge("12").message == "no"
    assert judge("(").message == "not digits: ("
    assert not judge("(").unsure
    assert _judge(judging, UNSURE, FALLBACK.replace("digits", "letters"))("(a").message == "not letters"


def test_where_all_give_up_the_text_is_not_valid_and_that_is_told(judging: Path) -> None:
    for judge in (_judge(judging, UNSURE), _judge(judging, UNSURE, UNSURE + "\nfallback = true")):
        verdict = judge("(")
        assert (verdict.valid, verdict.unsure, verdict.message) == (False, True, "too much")


def test_a_judge_is_not_asked_about_what_is_too_deep_for_it(judging: Path) -> None:
    judge = _judge(judging, 'function = "letters"\ndeepest = 2', FALLBACK)
    assert judge("()").message == "not letters"
    assert judge("((()))").message == "not digits: ((()))"


def test_no_judge_of_a_bundle_reaches_for_the_network() -> None:
    sparql = load_registry().by_id("sparql")
    judge, places = load_judge(sparql), load_places(sparql)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        place = f"<http://127.0.0.1:{server.getsockname()[1]}/>"
        inner = f"SERVICE {place} {{ SERVICE {place} {{ ?s ?p ?o }} }}"
        assert judge(f"ASK {{ {inner} }}").valid
        assert judge(f"LOAD {place}").valid
        judge(f"INSERT {{ ?s ?p ?o }} WHERE {{ {inner} }}")
        for end in ("", " # a comment", "\n"):
            places(f"LOAD {place}{end}", Verdict(False))
            places(f"ASK {{ {inner} }}{end}", Verdict(False))
        with pytest.raises(TimeoutError):
            server.accept()


def test_text_after_a_nul_is_judged(judging: Path) -> None:
    assert not _judge(judging, 'function = "digits"')("1\0").valid


@pytest.mark.parametrize("text", ["(" * (DEEPEST + 1), "1" * (LONGEST + 1)])
def test_what_could_end_the_process_is_not_given_to_a_judge(judging: Path, text: str) -> None:
    verdict = _judge(judging, 'function = "digits"')(text)
    assert not verdict.valid
    assert verdict.message.startswith("not judged")


def test_many_brackets_side_by_side_are_judged(judging: Path) -> None:
    assert _judge(judging, 'function = "letters"')("()" * (DEEPEST + 1)).message == "not letters"


def test_without_a_judge_of_its_own_a_bundle_has_lark(make_bundle: MakeBundle) -> None:
    judge = load_judge(load_bundle(make_bundle()))
    assert judge("a = 1 + b;\n").valid
    verdict = judge("a = 1;\nb = + 2;\n")
    assert (verdict.well_formed, verdict.lines) == (False, (2,))


def test_lark_judges_blocks_that_are_told_by_indentation() -> None:
    judge = load_judge(load_bundle(SAMPLES / "runbook"))
    assert judge("task a():\n    run b()").valid
    assert judge("task a():\nrun b()\n").lines == (2,)
    assert not judge("task a():\n        run b()\n    run c()\n").valid


def test_where_lark_alone_cannot_tell_a_missing_judge_is_an_error_with_a_remedy(
    make_bundle: MakeBundle,
) -> None:
    folder = make_bundle('reserved = ["NAME"]\n' + MANIFEST)
    with pytest.raises(UsageError, match=r"no judge for 'calc': Lark .* \(name an independent parser"):
        load_judge(load_bundle(folder))


def test_a_grammar_that_lark_refuses_is_an_error_of_the_grammar(make_bundle: MakeBundle) -> None:
    folder = make_bundle(MANIFEST, "start: x | y\nx: A\ny: A\nA: /a/\n")
    with pytest.raises(GrammarError, match="Lark refuses the grammar"):
        load_judge(load_bundle(folder))


def test_a_missing_judge_is_an_error_with_a_remedy(make_bundle: MakeBundle) -> None:
    folder = make_bundle(MANIFEST + '\n[[judge]]\nmodule = "no_such_module"\nfunction = "parse"\n')
    with pytest.raises(UsageError, match=r"'no_such_module' \(pip install 'holegram\[test\]'"):
        load_judge(trusted(load_bundle(folder)))


@pytest.mark.parametrize("function", ["nothing", "number", "nothing.at_all", "Fresh.nothing"])
def test_a_function_that_is_not_there_is_an_error_of_the_manifest(judging: Path, function: str) -> None:
    with pytest.raises(ManifestError, match=f"no function '{function}'"):
        _judge(judging, f'function = "{function}"')


def test_an_unknown_key_of_a_judge_names_the_nearest(make_bundle: MakeBundle) -> None:
    folder = make_bundle(MANIFEST + '\n[[judge]]\nmodule = "json"\nfunction = "loads"\nignored = []\n')
    with pytest.raises(ManifestError, match="did you mean 'ignore'"):
        load_bundle(folder)


def test_each_bundle_has_a_judge_that_accepts_its_examples(language: Language) -> None:
    judge = load_judge(language)
    examples = [path for path in (language.directory / "examples").rglob("*") if path.is_file()]
    assert examples
    for path in examples:
        assert judge(path.read_text(encoding="utf-8")).valid, path


def test_a_judge_survives_what_is_not_text_of_its_language(language: Language) -> None:
    judge = load_judge(language)
    for text in ("\0", "\ud800", '"' * 999, "{" * DEEPEST, "\x7f\u2028", "é" * 4096):
        assert not judge(text).valid


@pytest.mark.parametrize(
    ("text", "valid", "ignored"),
    [
        ("a = 1\n", True, False),
        ("a = 1\na = 2\nb {\n  c = 1\n  c = 2\n}\n", False, True),
        ("a = 1\na = 2\nb = =\n", False, False),
        ("a = {\n  null = 1\n}\n", False, True),
        ("a = {\n  b = null\n}\n", True, False),
        ("a = 1 2\n", False, False),
    ],
)
def test_an_attribute_set_twice_is_not_an_error_of_syntax(text: str, valid: bool, ignored: bool) -> None:
    verdict = load_judge(load_registry().by_id("hcl"))(text)
    assert (verdict.valid, verdict.ignored) == (valid, ignored), verdict.message


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("ASK { $a :b -.5 }", True),
        ("ASK { $a:-.5.$a:+0 }", True),
        ("ASK { $a ex:b -.5 . $a é-f:g.h 1, ex: }", True),
        ("ASK FROM ex: { $a FILTER(-1.5 < 0) }", False),
        ("ASK { $a :b -.5 $a }", False),
        ("INSERT DATA { ex:a ex:b -1.5 }", True),
        ("INSERT DATA { ex:a ex:b -1.5 }; # more\n", True),
        ("INSERT DATA { ex:a ex:b -1.5 }; CLEAR ALL", True),
        ("INSERT DATA { ex:a ex:b -1.5 } CLEAR ALL", False),
        ("INSERT DATA { ex:a ex:b -1.5", False),
        ("INSERT DATA { ex:a ex:b -1.5 }; CLEAR", False),
        ("INSERT DATA { ex:a ex:b ex:c, -1.5 ?d }", False),
    ],
)
def test_decimals_with_a_minus_are_judged_though_some_judges_break_down_over_them(
    text: str, valid: bool
) -> None:
    verdict = load_judge(load_registry().by_id("sparql"))(text)
    assert (verdict.valid, verdict.unsure) == (valid, False), verdict.message


def test_only_what_judges_and_commands_load_a_judge() -> None:
    package = Path(lsp_server.__file__).parent
    named = {binding.module for language in load_registry().languages for binding in language.judges}
    assert named
    for path in package.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not any(f"import {name}" in source for name in named), path
        assert "load_judge" not in source or path.relative_to(package).parts[0] in ("agreement", "cli"), path
