"""The terminals of a language as plain data, for what is made of them in an editor's own notation."""

from __future__ import annotations

from lsp_server.constraint import enclosures, load_grammar
from lsp_server.editors.textmate import Enclosed, IslandSigns, TerminalPattern
from lsp_server.languages import Language


def terminals(language: Language) -> tuple[list[TerminalPattern], list[Enclosed], IslandSigns | None]:
    """What a TextMate grammar is made from: all lexemes, what some enclose, and the islands if there are any.

    Raises:
        GrammarError: the grammar of the language cannot be used.

    """
    constraint = load_grammar(language)
    lexemes = {
        name: TerminalPattern(name, terminal.pattern, terminal.word, terminal.fold)
        for name, terminal in constraint.terminals.items()
    }

    def some(names: frozenset[str]) -> tuple[TerminalPattern, ...]:
        return tuple(lexemes[name] for name in sorted(names))

    enclosed = [
        Enclosed(lexemes[one.open], lexemes[one.close], some(one.inside), some(one.code), one.certain)
        for one in enclosures(constraint)
    ]
    islands = IslandSigns(some(constraint.entering), some(constraint.leaving)) if constraint.outside else None
    return [one for name, one in lexemes.items() if name not in constraint.outside], enclosed, islands
