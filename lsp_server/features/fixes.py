"""Changes that mend a syntax error: one lexeme put in, left out, or put for another.

Each was tried: with it the constraint grammar reads on beyond the error, and of the errors that were told
about the text none is new and one is gone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lsp_server.constraint import Grammar, check
from lsp_server.features.casing import casing
from lsp_server.features.diagnostics import Diagnostic, diagnose, explain
from lsp_server.features.mistakes import Mistake
from lsp_server.features.wording import Wording, indent_of, is_word, quoted
from lsp_server.languages import QUOTES
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span, apply_edits

_MOST = 4
"""So many fixes are offered for one error."""

_TRIED = 80
"""So many changes are tried with the grammar for one error."""

_LOOKED_AT = 8
"""Of those that it takes, so many are tried with the tree and the whole text."""

_SPELLINGS, _NEAR_ENOUGH = 3, 0.7
_NEWLINE = "newline"


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that mends an error. The `preferred` one of an error leaves nothing wrong about it."""

    title: str
    edit: Edit
    diagnostic: Diagnostic
    preferred: bool = False


def fixes(tree: SyntaxTree, grammar: Grammar, span: Span) -> tuple[Fix, ...]:
    """The fixes of the errors that touch a span, for each error the surest first."""
    told = explain(tree, grammar)
    diagnostics = tuple(diagnostic for diagnostic, _ in told)
    return tuple(
        fix
        for diagnostic, mistake in told
        if diagnostic.span.start <= span.end and span.start <= diagnostic.span.end
        for fix in _fixes(tree, grammar, diagnostics, diagnostic, mistake)
    )


def _fixes(
    tree: SyntaxTree,
    grammar: Grammar,
    told: tuple[Diagnostic, ...],
    diagnostic: Diagnostic,
    mistake: Mistake,
) -> Iterator[Fix]:
    found: list[tuple[int, int, str, Edit]] = []
    seen: set[str] = set()
    changes = _changes(tree, grammar, diagnostic, mistake)
    for number, (title, edit) in enumerate(islice(changes, _TRIED)):
        window = apply_edits(tree.text, [edit])[
            mistake.window.start : mistake.window.end + len(edit.text) - (edit.span.end - edit.span.start)
        ]
        if window in seen:
            continue
        seen.add(window)
        reached = _reached(grammar, mistake, edit, window)
        if reached is not None:
            found.append((reached, number, title, edit))
    # What is read to its end goes before what is read farther than before.
    found.sort(key=lambda one: one[:2])
    offered: set[str] = set()
    for left, _, title, edit in found[:_LOOKED_AT]:
        if title not in offered and len(offered) < _MOST and _mends(tree, grammar, told, edit):
            yield Fix(title, edit, diagnostic, preferred=not offered and not left)
            offered.add(title)


def _reached(grammar: Grammar, mistake: Mistake, edit: Edit, window: str) -> int | None:
    """Zero if the changed window can be read, one if beyond the error, None if not so far."""
    failure = check(grammar, window)
    if failure is None:
        return 0
    shift = len(edit.text) - (edit.span.end - edit.span.start)
    beyond = max(mistake.offset, edit.span.end) + shift - mistake.window.start
    rest = window[beyond:].lstrip()
    lexeme = re.match(r"\w+|.", rest)
    return 1 if lexeme and failure.offset > len(window) - len(rest) + lexeme.end() else None


def _mends(tree: SyntaxTree, grammar: Grammar, told: tuple[Diagnostic, ...], edit: Edit) -> bool:
    """Whether with a change fewer errors are told, and none that was not."""
    after = tree.edited([edit], apply_edits(tree.text, [edit]))
    shift = len(edit.text) - (edit.span.end - edit.span.start)
    known = {(d.span.start + (shift if d.span.start >= edit.span.end else 0), d.message) for d in told}
    left = diagnose(after, grammar)
    return len(left) < len(told) and all((d.span.start, d.message) in known for d in left)


def _changes(
    tree: SyntaxTree, grammar: Grammar, diagnostic: Diagnostic, mistake: Mistake
) -> Iterator[tuple[str, Edit]]:
    """What may be meant, with what is done: what is misspelt, then what the message names."""
    text, offset = tree.text, mistake.offset
    end = tree.end_before(offset)
    found, _ = Wording(tree, grammar).found(offset)
    stray = [span for span in (found, _lexeme_before(tree, offset)) if span.start != span.end]
    written = casing(grammar, text, offset)
    fixed = _fixed(grammar)
    for span in stray:
        yield from _respelt(text, span, [written(word) for word in fixed if is_word(word)])
    expected = [written(name) for name in mistake.expected if name in fixed and not _holds_text(name)]
    named = [name for name in expected if quoted(name) in diagnostic.message]
    closers = [closer for _, closer in (*tree.language.brackets, *tree.language.comment.block)]
    for closer in (*closers, *QUOTES, '"""'):
        if quoted(closer) in diagnostic.message:
            yield from _put_in(tree, mistake, closer, (diagnostic.span.end, end))
    for name in named:
        yield from _put_in(tree, mistake, name, (end, offset))
    if _NEWLINE in mistake.expected:
        yield "Insert a line break", Edit(Span(end, offset), "\n" + indent_of(tree, offset))
    for span in stray:
        yield f"Remove {quoted(text[span.start : span.end])}", Edit(_with_blanks(text, span), "")
    for name in sorted(expected, key=lambda name: name[:1].isalnum()):
        yield from _put_in(tree, mistake, name, (end, offset))


@lru_cache(maxsize=64)
def _fixed(grammar: Grammar) -> frozenset[str]:
    return frozenset(terminal.word for terminal in grammar.terminals.values() if terminal.word is not None)


def _holds_text(lexeme: str) -> bool:
    """Whether a fixed lexeme is a whole string, which nobody lacks."""
    return len(lexeme) > 1 and lexeme[0] in QUOTES and lexeme.strip(lexeme[0]) != ""


def _respelt(text: str, span: Span, words: Sequence[str]) -> Iterator[tuple[str, Edit]]:
    """A lexeme written as words that are much like it."""
    shown = text[span.start : span.end]
    by_capitals = {word.upper(): word for word in words}
    if shown.upper() in by_capitals:
        return
    for near in difflib.get_close_matches(shown.upper(), by_capitals, _SPELLINGS, _NEAR_ENOUGH):
        yield f"Replace {quoted(shown)} by {quoted(by_capitals[near])}", Edit(span, by_capitals[near])


def _put_in(
    tree: SyntaxTree, mistake: Mistake, lexeme: str, places: Sequence[int]
) -> Iterator[tuple[str, Edit]]:
    """A lexeme put in; a closing bracket on a line of its own first where its opener ends a line above."""
    text = tree.text
    for place in dict.fromkeys(places):
        before, after = text[place - 1 : place], text[place : place + 1]
        left = " " if lexeme[0].isalnum() and (before.isalnum() or before in (")", "]", "}")) else ""
        right = " " if (lexeme[-1].isalnum() or lexeme in (",", ";")) and after.isalnum() else ""
        inline = f"Insert {quoted(lexeme)}", Edit(Span(place, place), f"{left}{lexeme}{right}")
        opener = next(
            (o for o in reversed(mistake.enclosing) if (o.text, lexeme) in tree.language.brackets), None
        )
        if opener is None or tree.lines.line_of(opener.start) == tree.lines.line_of(place):
            yield inline
            continue
        line = Edit(Span(place, place), f"\n{indent_of(tree, opener.start)}{lexeme}")
        above = text[opener.end : tree.lines.end_of(tree.lines.line_of(opener.start))].strip()
        own = f"Insert {quoted(lexeme)} on a line of its own", line
        yield from (inline, own) if above else (own, inline)


def _lexeme_before(tree: SyntaxTree, offset: int) -> Span:
    """The last lexeme before an offset; empty if there is none."""
    end = tree.end_before(offset)
    inner = next((span for span in tree.enclosing(end) if span.end == end), Span(end, end))
    return inner if "\n" not in tree.text[inner.start : inner.end] else Span(end, end)


def _with_blanks(text: str, span: Span) -> Span:
    """A lexeme with the blanks before it; with those after it where it begins its line."""
    start = len(text[: span.start].rstrip(" \t"))
    if start and text[start - 1] != "\n":
        return Span(start, span.end)
    return Span(span.start, len(text) - len(text[span.end :].lstrip(" \t")))
