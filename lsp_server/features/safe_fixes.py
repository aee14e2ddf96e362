"""The fixes that may be made in a file unseen: each puts in what the message names, or respells a fixed word.

Nothing that somebody wrote is removed, and each was tried, as `fixes` does it.
"""

from __future__ import annotations

from lsp_server.constraint import load_grammar
from lsp_server.features.diagnostics import diagnose
from lsp_server.features.fixes import Fix, fixes
from lsp_server.features.wording import is_word, quoted
from lsp_server.languages import Language
from lsp_server.syntax import parse
from lsp_server.text import apply_edits

_MOST = 200
"""Fixes of one text."""


def safely_fixed(language: Language, text: str) -> str:
    """A text with all such fixes; as it is where there are none.

    Raises:
        BundleError: the bundle cannot be used.

    """
    grammar, begun = load_grammar(language), 0
    for _ in range(_MOST):
        tree = parse(language, text)
        wrong = next((one for one in diagnose(tree, grammar) if one.span.end >= begun), None)
        if wrong is None:
            break
        found = fixes(tree, grammar, wrong.span)
        fix = next((one for one in found if one.diagnostic == wrong and _is_safe(one, text)), None)
        if fix is None:
            begun = wrong.span.end + 1
        else:
            text = apply_edits(text, [fix.edit])
    return text


def _is_safe(fix: Fix, text: str) -> bool:
    if not fix.preferred:
        return False
    span, put_in = fix.edit.span, fix.edit.text.strip()
    if span.start < span.end:
        return is_word(put_in) and is_word(text[span.start : span.end])
    return bool(put_in) and quoted(put_in) in fix.diagnostic.message
