"""What there is to say of a bundle's builtins and snippets, by its grammar."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lsp_server.inspection.findings import Finding, FindingKind, Severity
from lsp_server.lalr import Grammar, check
from lsp_server.languages import BUILTINS, SNIPPETS, Builtin, Language
from lsp_server.text import LineIndex

_SHOWN = 4


def of_offers(grammar: Grammar) -> tuple[Finding, ...]:
    """Builtins that are no names, or are there twice, and snippets that do not parse where they may stand."""
    language = grammar.language
    return (*_of_builtins(grammar, language), *_of_snippets(grammar, language))


def _of_builtins(grammar: Grammar, language: Language) -> Iterator[Finding]:
    reads = [re.compile(terminal.pattern).fullmatch for terminal in grammar.terminals.values()]
    seen: Counter[tuple[str, str]] = Counter()
    for builtin in language.builtins:
        sigil = next((sigil for sigil in language.naming.sigils if builtin.name.startswith(sigil)), "")
        words = builtin.name.removeprefix(sigil).split()
        if not words or not all(any(read(word) for read in reads) for word in words):
            yield _of_builtin(language, builtin, "is not a name in this language", "correct or remove it")
        same = builtin.kind, builtin.name.lower() if language.naming.ignore_case else builtin.name
        seen[same] += 1
        if seen[same] == 2:
            yield _of_builtin(language, builtin, "is there twice", "remove one of them")


def _of_snippets(grammar: Grammar, language: Language) -> Iterator[Finding]:
    for snippet in language.snippets:
        failures = ((text, check(grammar, text)) for text in snippet.placed)
        text, failure = next((one for one in failures if one[1] is not None), ("", None))
        if failure is None:
            continue
        expected = ", ".join(f"`{one}`" for one in failure.expected[:_SHOWN]) or "nothing more"
        yield Finding(
            FindingKind.SNIPPET,
            Severity.WARNING,
            f"snippet '{snippet.name}' does not parse, where {expected} may stand",
            "correct its text, or say in `within` where it may stand",
            snippet.name,
            line=snippet.line or None,
            path=str(language.directory / SNIPPETS),
            examples=(_pointed(text, failure.offset),),
        )


def _pointed(text: str, offset: int) -> str:
    """The line of a text that an offset is in, with a mark there."""
    lines = LineIndex(text)
    start = lines.start_of(lines.line_of(offset))
    return f"{text[start:offset]}▸{text[offset:].partition(chr(10))[0]}".strip()


def _of_builtin(language: Language, builtin: Builtin, what: str, remedy: str) -> Finding:
    return Finding(
        FindingKind.BUILTIN,
        Severity.WARNING,
        f"builtin '{builtin.name}' {what}",
        remedy,
        builtin.name,
        line=builtin.line or None,
        path=str(language.directory / BUILTINS),
    )
