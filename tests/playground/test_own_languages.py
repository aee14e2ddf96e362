"""Languages that are made of what is pasted."""

from __future__ import annotations

from lsp_server.playground.gallery import own_entries
from lsp_server.playground.own_languages import PastedGrammar, made_of


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
