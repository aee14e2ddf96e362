"""What VS Code is told of languages and settings, in an extension's manifest and the files that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from lsp_server.editors.textmate import Enclosed
from lsp_server.languages import Language


def languages(known: Sequence[Language]) -> list[dict[str, Any]]:
    """The contribution `languages`: which files are in which language."""
    return [
        _without_empty(
            {
                "id": language.id,
                "aliases": [language.name],
                "extensions": list(language.extensions),
                "filenames": list(language.filenames),
                "configuration": f"./languages/{language.id}.json",
                "icon": dict.fromkeys(("light", "dark"), f"./icons/{language.id}.svg"),
            }
        )
        for language in known
    ]


def grammars(known: Sequence[Language]) -> list[dict[str, str]]:
    """The contribution `grammars`: the highlighting until the server's comes."""
    return [
        {
            "language": language.id,
            "scopeName": scope_of(language),
            "path": f"./languages/{language.id}.tmLanguage.json",
        }
        for language in known
    ]


_NEARLY_ALL = 0.8
"""Of the lines above blocks so many at least must end with one sign; behind it a comment may stand."""

_NO_LINE = "(?!)"

CALM: Mapping[str, str] = {
    "editor.acceptSuggestionOnEnter": "off",
    "editor.wordBasedSuggestions": "off",
}
"""Settings with which Enter ends a line whatever a list holds (Tab takes an entry), for a new word is in
none, and a list holds no words that VS Code finds in comments and other files."""


def defaults(known: Sequence[Language]) -> dict[str, Mapping[str, str]]:
    """The contribution `configurationDefaults`: what holds in their files unless a user says otherwise."""
    return {f"[{language.id}]": CALM for language in known}


def scope_of(language: Language) -> str:
    """The name of a language's TextMate grammar."""
    return f"source.holegram.{language.id}"


def language_configuration(
    language: Language, quotes: Sequence[str], enclosed: Sequence[Enclosed]
) -> dict[str, Any]:
    """Brackets, comments and indentation of a language in which strings stand between some `quotes`.

    In a string no bracket is closed by itself, unless what is `enclosed` may be code.
    """
    comment: dict[str, Any] = {}
    if language.comment.line:
        comment["lineComment"] = language.comment.line[0]
    if language.comment.block:
        comment["blockComment"] = list(language.comment.block[0])
    pairs = [list(pair) for pair in language.brackets]
    quoted = [{"open": quote, "close": quote, "notIn": ["string", "comment"]} for quote in quotes]
    apart = ["comment"] if any(one.code for one in enclosed) else ["string", "comment"]
    closing = [{"open": start, "close": end, "notIn": apart} for start, end in language.brackets]
    return {
        "comments": comment,
        "brackets": pairs,
        "autoClosingPairs": [*closing, *quoted],
        "surroundingPairs": [*pairs, *([quote, quote] for quote in quotes)],
        "wordPattern": {"pattern": language.word, "flags": "u"},
        **({"indentationRules": _indentation(language)} if pairs or language.indentation else {}),
    }


def _indentation(language: Language) -> dict[str, str]:
    """More after a line that leaves a bracket open, or ends as those do that a block stands below; less in a
    line that begins with what closes a bracket.
    """
    opened = "".join(re.escape(start) for start, _ in language.brackets)
    closed = "".join(re.escape(end) for _, end in language.brackets)
    more = [f"[{opened}][^{closed}]*"] if opened else []
    more += [f"{re.escape(sign)}\\s*" for sign in _above_blocks(language)]
    return {
        "increaseIndentPattern": f"^.*(?:{'|'.join(more)})$" if more else _NO_LINE,
        "decreaseIndentPattern": f"^\\s*[{closed}].*$" if closed else _NO_LINE,
    }


def _above_blocks(language: Language) -> tuple[str, ...]:
    """The sign at the end of the lines above indented blocks, if nearly all examples have the same there."""
    if language.indentation is None:
        return ()
    ends = Counter[str]()
    for text in language.examples.values():
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        lines = [line for line in lines if not line.lstrip().startswith(language.comment.openers)]
        ends.update(one[-1] for one, below in pairwise(lines) if _margin(below) > _margin(one))
    for start, _ in language.brackets:
        del ends[start]
    if not ends:
        return ()
    ((sign, count),) = ends.most_common(1)
    return (sign,) if not sign.isalnum() and count >= _NEARLY_ALL * ends.total() else ()


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def configuration(schema: Mapping[str, Any], fixed: frozenset[str]) -> dict[str, Any]:
    """The properties of the contribution `configuration`, from the JSON schema of the server's settings.

    Args:
        schema: what `settings_schema` says.
        fixed: settings that a workspace must not change.

    """
    found = {}
    for name, field in _fields("", schema, schema.get("$defs", {})):
        scope = "machine" if name in fixed else "window"
        found[f"holegram.{name}"] = {**field, "scope": scope}
    return found


def _fields(
    prefix: str, schema: Mapping[str, Any], known: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in schema["properties"].items():
        inner = known.get(field.get("$ref", "").rpartition("/")[2], {})
        if "properties" in inner:
            yield from _fields(f"{prefix}{name}.", inner, known)
        else:
            yield f"{prefix}{name}", _property({**inner, **field})


def _property(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field of the schema as the page of settings understands it: one level, and types side by side."""
    kept = ("type", "default", "enum", "minimum", "maximum", "minLength", "items")
    options = field.get("anyOf", [field])
    merged: dict[str, Any] = {}
    for option in options:
        merged.update({key: value for key, value in option.items() if key in kept})
    types = [option["type"] for option in options]
    merged["type"] = types[0] if len(types) == 1 else types
    merged["default"] = field["default"]
    merged["description"] = field["description"]
    if "items" in merged:
        merged["items"] = {"type": merged["items"]["type"]}
    return merged


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


_ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
  <path d="M5 2H3v12h2M11 2h2v12h-2" fill="none" stroke="{colour}" stroke-width="1.5"/>
  <text x="8" y="10.4" font-family="sans-serif" font-size="6.5" font-weight="700" text-anchor="middle"
    fill="{colour}">{letter}</text>
</svg>
"""


def file_icon(language: Language) -> str:
    """An icon for files of a language: its initial between brackets, in a colour of its own."""
    hue = sum(index * ord(letter) for index, letter in enumerate(language.id, 1)) * 47 % 360
    return _ICON.format(colour=f"hsl({hue}, 55%, 50%)", letter=language.name[0].upper())
