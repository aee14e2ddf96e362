"""The names that a language itself brings: which may stand in the place of a name, and what explains one.

Where `queries/locals.scm` captures the uses of a kind of names, a builtin of that kind is known by them. One
of another kind, such as a word that begins a block, is known by how it is written alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from lsp_server.languages import QUOTES, Builtin, Language
from lsp_server.lazy_imports import TURN
from lsp_server.names.naming import QUERY, compared
from lsp_server.names.occurrences import Occurrence
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Span, words_at

_REFERENCES = re.compile(r"@local\.reference\.([\w-]+)")
_SPACES = re.compile(r'#set! local\.space "([^"]*)"')

Takes = Callable[[str], bool]
"""Whether the grammar takes a text at a place."""


def may_stand(
    language: Language,
    builtin: Builtin,
    spaces: Sequence[str] | None,
    takes: Takes,
    *,
    member: bool = False,
) -> bool:
    """Whether a builtin may be meant at a place, as far as its kind tells.

    `spaces` are the kinds of names that are looked for there; None where that is not known, so that only the
    grammar tells. In the place of a `member`, whose owner is written before it, only its own kind stands.
    """
    stands = builtin.stands
    if member and spaces is not None:
        return builtin.space in spaces
    if spaces is not None:
        return not set(stands.where).isdisjoint(spaces)
    return takes(builtin.name + stands.then) if stands.then else not is_found(language, builtin)


def builtins_named(language: Language, occurrence: Occurrence) -> tuple[Builtin, ...]:
    """What a name may stand for that nothing in the files defines."""
    kinds = frozenset((occurrence.kind, *occurrence.spaces))
    named = (b for b in language.builtins if compared(b.name, language.naming) == occurrence.name)
    return tuple(
        builtin
        for builtin in named
        if (
            builtin.space in kinds
            if is_found(language, builtin)
            else not kinds.isdisjoint(builtin.stands.where)
        )
    )


def builtins_at(tree: SyntaxTree, offset: int) -> tuple[Span, tuple[Builtin, ...]] | None:
    """What the word at a cursor stands for where it is no name, and where it stands; None for nothing."""
    language, text = tree.language, tree.text
    words = (span for span in words_at(text, offset, language.word) if offset in span)
    span = next(words, Span(offset, offset))
    word = text[span.start : span.end].casefold()
    found = tuple(builtin for builtin in language.builtins if builtin.name.casefold() == word)
    if not found or text[max(0, span.start - 1) : span.start] in QUOTES or tree.lexeme_at(span.start) is None:
        return None
    if not _is_fixed(language, word):
        found = tuple(builtin for builtin in found if not is_found(language, builtin))
    return (span, found) if found else None


def explained(language: Language, builtins: Iterable[Builtin]) -> str:
    """What explains some builtins, as Markdown."""
    return "\n\n---\n\n".join(_explained(language, builtin) for builtin in builtins)


def _explained(language: Language, builtin: Builtin) -> str:
    head = f"```{language.id}\n{builtin.signature}\n```" if builtin.signature else f"**{builtin.name}**"
    return f"{head}\n\n{builtin.about}"


def is_found(language: Language, builtin: Builtin) -> bool:
    """Whether the bundle's query finds the uses of a builtin's kind."""
    return builtin.space in _kinds_found(language.queries.get(QUERY, ""))


@lru_cache(maxsize=64)
def _kinds_found(query: str) -> frozenset[str]:
    """The kinds of names, and the spaces, of which a query finds the uses."""
    spaces = (space for spaces in _SPACES.findall(query) for space in spaces.split())
    return frozenset((*_REFERENCES.findall(query), *spaces))


def _is_fixed(language: Language, word: str) -> bool:
    """Whether a word is one that the grammar knows."""
    # Imported here because it brings the grammar's rooms, which a quick start does without.
    with TURN:
        from lsp_server.lalr import load_grammar

    fixed = (terminal.word for terminal in load_grammar(language).terminals.values())
    return any(known is not None and known.casefold() == word for known in fixed)
