"""Languages that are made of what is pasted."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest

from lsp_server.playground import own_languages
from lsp_server.playground.gallery import own_entries
from lsp_server.playground.own_languages import PastedGrammar, made_of, packed


def test_what_was_pasted_before_is_not_made_again() -> None:
    entry = own_entries()[0]
    pasted = PastedGrammar(entry.name, entry.grammar, entry.program)
    first, again = (made_of(pasted, lambda: True) for _ in range(2))
    assert first is not None
    assert first.language is not None
    assert again is first
    other = made_of(PastedGrammar(entry.name, entry.grammar + "\n", entry.program), lambda: True)
    assert other is not None
    assert other.language is not first.language


def test_an_archive_that_is_begun_is_packed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = own_entries()[0]
    wanted = True

    def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
        nonlocal wanted
        wanted = False
        for _ in range(50):  # the clock looks 25 times meanwhile
            time.sleep(0.01)
        return packed(files)

    monkeypatch.setattr(own_languages, "packed", pack)
    made = made_of(PastedGrammar(entry.name, entry.grammar + "\n\n", entry.program), lambda: wanted)
    assert made is not None
    assert made.archive
