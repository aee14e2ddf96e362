"""Conversions: positions in each encoding, and edits that follow one another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from lsp_server.features.diagnostics import Diagnostic, Related
from lsp_server.server import convert
from lsp_server.text import Edit, Encoding, LineIndex, Snapshot, Span, apply_edits

TEXTS = st.text(alphabet="ab é𝒳\n\r", max_size=40)
ENCODINGS = st.sampled_from(list(Encoding))


def snapshot(text: str) -> Snapshot:
    return Snapshot("file:///a", "x", 1, text)


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> types.TextDocumentContentChangePartial:
    return types.TextDocumentContentChangePartial(
        types.Range(types.Position(*start), types.Position(*end)), text
    )


@pytest.mark.parametrize(
    ("encoding", "column"), [(Encoding.UTF8, 5), (Encoding.UTF16, 3), (Encoding.UTF32, 2)]
)
def test_astral_character_counts_in_the_units_of_the_encoding(encoding: Encoding, column: int) -> None:
    lines = LineIndex("\na𝒳b")
    assert convert.offset_of(lines, types.Position(1, column), encoding) == 3
    assert convert.position_of(lines, 3, encoding) == types.Position(1, column)


@given(TEXTS, ENCODINGS, st.data())
def test_position_of_an_offset_leads_back_to_it(text: str, encoding: Encoding, data: st.DataObject) -> None:
    lines = LineIndex(text)
    offset = data.draw(st.integers(0, len(text)))
    back = convert.offset_of(lines, convert.position_of(lines, offset, encoding), encoding)
    between = text[offset - 1 : offset + 1] == "\r\n"
    assert back == offset - between


def test_position_is_never_inside_a_line_end_of_two_characters() -> None:
    lines = LineIndex("ab\r\nc")
    assert convert.position_of(lines, 3, Encoding.UTF16) == types.Position(0, 2)
    assert convert.position_of(lines, 4, Encoding.UTF16) == types.Position(1, 0)


def test_cursor_on_a_line_that_does_not_exist_is_no_cursor() -> None:
    assert convert.cursor_of(LineIndex("a\n"), types.Position(1, 0), Encoding.UTF16) == 2
    assert convert.cursor_of(LineIndex("a\n"), types.Position(2, 0), Encoding.UTF16) is None


def test_edits_apply_each_to_the_result_of_the_one_before() -> None:
    changes = [change((0, 1), (0, 1), "\n𝒳"), change((1, 2), (1, 3), ""), change((9, 9), (9, 9), "!")]
    edits = convert.edits_of(snapshot("abc"), changes, Encoding.UTF16)
    assert apply_edits("abc", edits) == "a\n𝒳c!"


def test_reversed_range_is_read_the_right_way_round() -> None:
    edits = convert.edits_of(snapshot("abc"), [change((0, 2), (0, 1), "")], Encoding.UTF16)
    assert edits == (Edit(Span(1, 2), ""),)


def test_whole_document_change_replaces_everything() -> None:
    changes: list[types.TextDocumentContentChangeEvent] = [
        types.TextDocumentContentChangeWholeDocument("new\n"),
        change((0, 0), (0, 3), "old"),
    ]
    assert apply_edits("abc", convert.edits_of(snapshot("abc"), changes, Encoding.UTF8)) == "old\n"


@given(TEXTS, ENCODINGS, st.data())
def test_many_edits_in_one_notification_mean_the_same_as_one_notification_each(
    text: str, encoding: Encoding, data: st.DataObject
) -> None:
    places = st.tuples(st.integers(0, 5), st.integers(0, 9))
    changes: list[types.TextDocumentContentChangePartial] = data.draw(
        st.lists(st.builds(change, places, places, st.text(alphabet="x𝒳\n\r", max_size=3)), max_size=6)
    )
    expected = text
    for one in changes:
        expected = apply_edits(expected, convert.edits_of(snapshot(expected), [one], encoding))
    assert apply_edits(text, convert.edits_of(snapshot(text), changes, encoding)) == expected


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b%20c.x", "/a/b c.x"),
        ("untitled:Untitled-1", "Untitled-1"),
        ("vscode-vfs://github/o/r/a.x", "/o/r/a.x"),
        ("http://[broken", "http://[broken"),
        ("", "."),
    ],
)
def test_every_uri_has_a_path(uri: str, path: str) -> None:
    assert convert.path_of(uri) == Path(path)


def test_diagnostic_carries_related_places_only_to_a_client_that_shows_them() -> None:
    diagnostic = Diagnostic(Span(3, 4), "expected `}`", "missing", (Related(Span(0, 1), "opened here"),))
    with_places = convert.diagnostic_of(snapshot("{𝒳\n}"), diagnostic, Encoding.UTF16, related=True)
    assert with_places.range == types.Range(types.Position(1, 0), types.Position(1, 1))
    assert with_places.severity is types.DiagnosticSeverity.Error
    assert with_places.source == "holegram"
    assert with_places.related_information == [
        types.DiagnosticRelatedInformation(
            types.Location("file:///a", types.Range(types.Position(0, 0), types.Position(0, 1))),
            "opened here",
        )
    ]
    without = convert.diagnostic_of(snapshot("{𝒳\n}"), diagnostic, Encoding.UTF16, related=False)
    assert without.related_information is None


@pytest.mark.parametrize("related", [False, True])
def test_other_lines_that_a_diagnostic_refers_to_have_hints(related: bool) -> None:
    text = snapshot("{ (\n}")
    notes = (Related(Span(0, 1), "opened here"), Related(Span(4, 5), "on the same line"))
    found = [Diagnostic(Span(4, 5), "expected `)`", "missing", notes)]
    error, hint = convert.diagnostics_of(text, found, Encoding.UTF16, related=related)
    assert error == convert.diagnostic_of(text, found[0], Encoding.UTF16, related=related)
    assert (hint.range, hint.message, hint.code) == (
        types.Range(types.Position(0, 0), types.Position(0, 1)),
        "opened here",
        "missing",
    )
    assert hint.severity is types.DiagnosticSeverity.Hint
    assert [one.message for one in hint.related_information or []] == ["expected `)`"] * related
