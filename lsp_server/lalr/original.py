"""Lark itself as the parser of a language: the one that its grammar was written for, with nothing of ours."""

from __future__ import annotations

from collections.abc import Callable

from lark import Lark
from lark.exceptions import LarkError
from lark.indenter import Indenter

from lsp_server.errors import GrammarError
from lsp_server.lalr.importing import importer
from lsp_server.languages import Indentation, Language


def original_parser(language: Language) -> Callable[[str], object]:
    """What raises on a text that Lark rejects. It knows nothing of what a manifest says beside the grammar.

    Raises:
        GrammarError: Lark refuses the grammar.

    """
    blocks = language.indentation
    try:
        parser = Lark(
            language.grammar,
            parser="earley" if language.lark.general else "lalr",
            start=language.start,
            maybe_placeholders=False,
            postlex=None if blocks is None else _indenter(blocks),
            source_path=str(language.grammar_path),
            import_paths=[importer(language.grammar, language.grammar_path, language.lark.import_paths)],
        )
    except LarkError as error:
        message = str(error).splitlines()[0]
        raise GrammarError(f"Lark refuses the grammar: {message}", path=language.grammar_path) from None
    return parser.parse


def _indenter(blocks: Indentation) -> Indenter:
    names = {
        "NL_type": blocks.newline,
        "INDENT_type": blocks.indent,
        "DEDENT_type": blocks.dedent,
        "OPEN_PAREN_types": [opener for opener, _ in blocks.brackets],
        "CLOSE_PAREN_types": [closer for _, closer in blocks.brackets],
        "tab_len": blocks.tab,
    }
    found: Indenter = type("Blocks", (Indenter,), names)()
    return found
