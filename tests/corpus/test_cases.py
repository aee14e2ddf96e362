"""The reader of case files refuses what is not a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.errors import BundleError
from tests.corpus_cases import Case, read_cases


def write(root: Path, content: str) -> Path:
    path = root / "calc" / "corpus" / "syntax" / "sums.txt"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_cases_have_title_text_cursor_and_expectation(tmp_path: Path) -> None:
    path = write(tmp_path, "=== one\na = <|>;\n\n---\ntakes: 1\nrefuses: ;\n\n=== two\n---\nvalid\n")
    one, two = read_cases("syntax", tmp_path)
    assert one == Case("calc", path, 1, "one", "a = <|>;\n", ("takes: 1", "refuses: ;"))
    assert (one.text, one.cursor) == ("a = ;\n", 4)
    assert (two.line, two.text, two.expected, str(two)) == (8, "", ("valid",), "calc/sums: two")


@pytest.mark.parametrize(
    "content",
    [
        "a\n",
        "=== one\na\n",
        "=== one\na\n---\n\n",
        "stray\n=== one\na\n---\nvalid\n",
        "=== one\na\n---\nvalid\n=== two\nb\n",
        "=== one\n---\nwritten: as a\n",
    ],
)
def test_what_is_no_case_is_refused(tmp_path: Path, content: str) -> None:
    write(tmp_path, content)
    with pytest.raises(BundleError, match=r"sums\.txt"):
        read_cases("syntax", tmp_path)


def test_a_case_may_be_written_as_other_systems_write(tmp_path: Path) -> None:
    write(tmp_path, "=== one\na\n<|>b\n---\nwritten: crlf\nwritten: bom\ntakes: 1\n")
    (case,) = read_cases("syntax", tmp_path)
    assert (case.text, case.cursor, case.expected) == ("\ufeffa\r\nb", 4, ("takes: 1",))


def test_a_case_may_hold_what_no_such_file_can(tmp_path: Path) -> None:
    write(tmp_path, '=== one\nshown\n---\nwritten: as "a\\r\\n"\nvalid\n')
    (case,) = read_cases("syntax", tmp_path)
    assert (case.text, case.expected) == ("a\r\n", ("valid",))
