"""Texts to try things on: those of the bundles, and what random edits make of a text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from lsp_server.languages import Language
from lsp_server.text import Edit, Span

PIECES = {
    "graphql": (*'{}()[]"\\#$@:=!|&, \n\r\t.-+_a0', '"""', "...", "type ", "on", "1.5e", "\ufeff", "é"),
    "hcl": (*'{}()[]"\\$%#/* \n\r\t=:?,.-_a0~', '"${', "%{ if", "/*", "*/", "<<", "EOT", "\r\n", "for ", "é"),
    "lark": (
        *'()[]{}"/\\:|?!*+~.,#% \n\t_a0A',
        "->",
        "..",
        "\n|",
        "//",
        "%ignore ",
        "\r\n",
        "?b",
        '"a"i',
        "é",
    ),
    "postgres": (*"()[]'\"$*/-+<=>:;,. \n\t_a0eE|@", "--", "/*", "*/", "$$", "::", "select ", "from", "e'"),
    "sparql": (*"{}()[]\"'\\<>?$@:;,./|^!*+-=&# \n\ta0é", '"""', "^^", "_:b", "a:b", "FILTER", "true"),
}


def bounded(examples: int) -> settings:
    """So many examples, the same ones in every run, however long they take."""
    return settings(max_examples=examples, derandomize=True, database=None, deadline=None)


OWN = tuple(Path(__file__).parents[1] / "languages" / name for name in ("rules", "runbook"))
"""Bundles of two languages that do not come with the product."""


@cache
def examples(language: Language) -> tuple[str, ...]:
    """The example programs of a bundle."""
    paths = sorted(path for path in (language.directory / "examples").rglob("*") if path.is_file())
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def edits(pieces: tuple[str, ...], most: int = 4) -> st.SearchStrategy[list[tuple[float, int, str]]]:
    """Edits wherever a text is: each a place from 0 to 1, how much to take out there, and what to put in."""
    place = st.floats(0, 1, allow_nan=False)
    taken = st.sampled_from((0, 0, 1, 1, 2, 5, 20))
    return st.lists(st.tuples(place, taken, st.sampled_from(("", "", *pieces))), max_size=most)


def apply(text: str, changes: list[tuple[float, int, str]]) -> tuple[str, list[Edit]]:
    """The text after some edits, and the edits, each of which applies to the result of the one before."""
    made = []
    for place, taken, new in changes:
        start = round(place * len(text))
        made.append(Edit(Span(start, min(len(text), start + taken)), new))
        text = text[:start] + new + text[start + taken :]
    return text, made
