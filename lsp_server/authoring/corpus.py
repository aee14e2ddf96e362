"""A skeleton of `corpus/`: first cases of a bundle, made of its examples and found right by the grammar."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lsp_server.lalr import END, Grammar, Stack, check, drive
from lsp_server.languages.cases import CURSOR

_LONGEST = 1_500
"""An example of more characters is no case: who reads that?"""
_MOST = 6
"""So many examples are cases."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A lexeme of an example, and the stack before it."""

    start: int
    end: int
    stack: Stack


def cases(grammar: Grammar, examples: Mapping[str, str]) -> dict[str, str]:
    """The files of cases by their paths in `corpus/`, each made of the first short examples.

    Args:
        grammar: the grammar, by which the examples are valid.
        examples: their texts, by name.

    """
    some = chosen(examples)
    found = {
        "syntax/examples.txt": "\n".join(_syntax(grammar, some)),
        "completions/examples.txt": "\n".join(_completions(grammar, some)),
    }
    return {path: text for path, text in found.items() if text}


def chosen(examples: Mapping[str, str]) -> dict[str, str]:
    """Those of some texts that become cases: the first short ones."""
    fitting = [(name, text) for name, text in examples.items() if len(text) <= _LONGEST and _fits(text)]
    return dict(fitting[:_MOST])


def _fits(text: str) -> bool:
    """Whether a text can stand in a file of cases as it is."""
    lines = text.splitlines()
    return (
        CURSOR not in text
        and "\r" not in text
        and not any(line == "---" or line.startswith("===") for line in lines)
    )


def _syntax(grammar: Grammar, examples: Mapping[str, str]) -> Iterator[str]:
    """Each example as it is, and cut off where it may not end."""
    for name, text in examples.items():
        yield case(name, text, "valid")
        broken = next((p for p in reversed(_places(grammar, text)) if not grammar.completes(p.stack)), None)
        if broken is not None:
            yield case(f"{name}, cut off", text[: broken.start].rstrip(), "invalid")


def _completions(grammar: Grammar, examples: Mapping[str, str]) -> Iterator[str]:
    """In the middle of an example, what stands there, and a fixed text that may not."""
    for name, text in examples.items():
        places = [p for p in _places(grammar, text) if text[p.start : p.end].isalnum()]
        if not places:
            continue
        place = places[len(places) // 2]
        written, after = text[place.start : place.end], text[place.end :]
        rows = [f"takes: {_json(written)}"]
        rows += [f"refuses: {_json(sign)}" for sign in _refused(grammar, place, text)]
        yield case(f"{name}, in the middle", f"{text[: place.start]}{CURSOR}{after}", *rows)


def _refused(grammar: Grammar, place: _Place, text: str) -> Iterator[str]:
    """A sign with which the text would be invalid, whatever comes after it."""
    before, after = text[: place.start], text[place.end :]
    for name in sorted(grammar.terminals):
        word = grammar.terminals[name].word
        if word is None or word.isalnum() or grammar.takes(place.stack, name):
            continue
        failure = check(grammar, before + word + after)
        if failure is not None and failure.offset == place.start:
            yield word
            return


def _places(grammar: Grammar, text: str) -> list[_Place]:
    found = drive(grammar, grammar.start(), text, 0)
    return [_Place(lexeme.start, lexeme.end, stack) for lexeme, stack in found if lexeme.terminal != END]


def case(title: str, text: str, *expected: str) -> str:
    """A case: its title, a text, and in a row each what is expected of it."""
    rows = "\n".join(expected)
    return f"=== {title}\n{text.removesuffix(chr(10))}\n---\n{rows}\n"


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
