"""What is wrong with a grammar as such, at its place in the text of the grammar.

Lark stops at the first mistake and often names it without telling where it is; the place is then that of the
name. Mistakes in the notation are better told by whoever parses the text; here they are told as Lark does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lsp_server.errors import GrammarError
from lsp_server.lalr.analysis import analyse
from lsp_server.languages import Language
from lsp_server.text import Span

_MOST = 20
"""Beyond so many names that nothing defines, no more are looked for."""

_NOT_CODE = re.compile(r'"(?:\\.|[^"\\\n])*"|(?://|#)[^\n]*|/(?:\\.|[^/\\\n])+/')
_NAME = r"(?P<name>\w+)"
_INSIDE = r"\(in \w+ (?P<inside>\w+)\)"
_UNDEFINED = re.compile(rf"(?P<kind>Rule|Terminal|Template) '{_NAME}' used but not defined {_INSIDE}")
_TOLD = tuple(
    re.compile(pattern)
    for pattern in (
        _UNDEFINED.pattern,
        rf"used for {_NAME} .*{_INSIDE}",
        rf"\({_NAME} in (?P<inside>\w+)\)",
        r"^terminal (?P<defined>\w+)",
        r"Terminals cannot be empty \((?P<defined>\w+)",
        r"Recursion in terminal '(?P<defined>\w+)",
        r"Rule (?P<defined>\w+) is marked",
        rf"[Pp]arameter (?:conflicts with rule )?{_NAME} {_INSIDE}",
        r"'(?P<again>\w+)' defined more than once",
        rf"not defined: {_NAME}",
        rf"Terminals \{{'{_NAME}",
        rf"\bError at {_NAME}",
        rf"different parameters: {_NAME}",
        rf"\b(?:[Rr]ule|[Tt]erminal) '?{_NAME}",
        rf"['`]{_NAME}\b",
    )
)
"""How messages name what they are about: where it is `defined`, or `again`, or `inside` what it is used."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, and its place: a name, a line, or the first line where nothing better is known."""

    span: Span
    message: str


def grammar_problems(language: Language) -> tuple[Problem, ...]:
    """What keeps the grammar of a language from being used, in order of place; nothing if it can be.

    Of names that nothing defines, all are told; of all else, what is met first.
    """
    return tuple(sorted(_problems(language), key=lambda problem: problem.span))


def _problems(language: Language) -> Iterator[Problem]:
    text = language.grammar
    for count in range(_MOST):
        error = _error(language)
        undefined = None if error is None else _UNDEFINED.search(error.message)
        if error is not None and (count == 0 or undefined):
            yield Problem(_place(text, error), _worded(error))
        if undefined is None or undefined["kind"] == "Template":
            return
        # As if it were defined: what else is not?
        language = replace(language, grammar=f'{language.grammar}\n{undefined["name"]}: "{count}"\n')


def _error(language: Language) -> GrammarError | None:
    try:
        analyse(language)
    except GrammarError as error:
        return error
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        # What Lark does not foresee, it asserts.
        reason = f"Lark cannot read it: {type(error).__name__}: {error}"
        return GrammarError(reason, path=language.grammar_path, remedy="undo what was changed last")
    return None


def _worded(error: GrammarError) -> str:
    message = error.message.removeprefix("not a Lark grammar: ")
    if undefined := _UNDEFINED.search(message):
        return f"`{undefined['name']}` is not defined"
    if message.startswith('Error trying to process rule "range"'):
        return "a range goes from one character to another"
    message = re.sub(r"^\[Errno \d+\] ", "", message)
    return message if error.remedy is None or message != error.message else f"{message} ({error.remedy})"


def _place(text: str, error: GrammarError) -> Span:
    code = _NOT_CODE.sub(lambda found: " " * len(found[0]), text)
    told = next((found for pattern in _TOLD if (found := pattern.search(error.message))), None)
    groups = {} if told is None else told.groupdict()
    start = 0 if error.line is None else _line_start(text, error.line)
    if inside := groups.get("inside"):
        start = max(start, next(_definitions(code, inside), Span(0, 0)).start)
    if defined := groups.get("defined") or groups.get("again"):
        places = [*_definitions(code, defined)]
        if places:
            return places[-1 if groups.get("again") else 0]
    name = groups.get("name") or groups.get("defined") or groups.get("again")
    found = None if name is None else re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(code, start)
    line = _line_at(text, start)
    if found is None or (error.line is not None and found.start() > line.end):
        return line
    return Span(found.start(), found.end())


def _definitions(code: str, name: str) -> Iterator[Span]:
    """Where a name is defined."""
    head = rf"^[ \t]*(?:%override\s+)?[?!]*({re.escape(name)})\b[^:\n]*:"
    for found in re.finditer(head, code, re.MULTILINE):
        yield Span(*found.span(1))


def _line_start(text: str, number: int) -> int:
    return sum(len(line) for line in text.splitlines(keepends=True)[: number - 1])


def _line_at(text: str, offset: int) -> Span:
    """A line as far as it is not blank, and never nothing if the text is not."""
    end = text.find("\n", offset)
    line = text[offset : len(text) if end < 0 else end]
    start = offset + len(line) - len(line.lstrip())
    return Span(start, max(start + 1, offset + len(line.rstrip())))
