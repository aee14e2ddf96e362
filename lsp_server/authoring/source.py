"""What a grammar's author wrote, with lines: which rules and terminals a file defines, and which each names.

It is found in the text alone, so that it is known of a grammar that Lark refuses as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_PART = re.compile(
    r"""(?P<comment>//[^\n]*|^[ \t]*\#[^\n]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"i?)
    |(?P<regex>/(?!/)(?:[^/\\\n]|\\.)+/[imslux]*)
    |(?P<alias>->\s*\w+)
    |(?P<keyword>%\w+)
    |(?P<name>[?!]*\w+)
    |(?P<sign>[^\s\w])""",
    re.VERBOSE | re.MULTILINE,
)
_HEAD = re.compile(
    r"^(?:%(?:override|extend)[ \t]+)?[?!]{0,2}(?P<name>_*[A-Za-z]\w*)(?:\{[^}]*\})?(?:\.-?\d+)?[ \t]*:",
    re.MULTILINE,
)
_IMPORT = re.compile(
    r"^%import[ \t]+(?P<from>[\w.]+)[ \t]*(?:\((?P<several>[^)]*)\)|(?:->[ \t]*(?P<alias>\w+))?)",
    re.MULTILINE,
)
_HELPER = re.compile(r"^__(?P<rule>.+)_(?:star|plus|opt|\w+?)_\d+$")


@dataclass(frozen=True, slots=True)
class Definition:
    """A rule or terminal where it is defined; `comment` is what the lines above it, or its own, say."""

    name: str
    line: int
    mentions: tuple[str, ...]
    comment: str = ""

    @property
    def is_terminal(self) -> bool:
        """Whether it is a terminal: names of these are in capitals."""
        return self.name.isupper()


@dataclass(frozen=True)
class Source:
    """The text of a grammar, taken apart."""

    text: str

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """What the file itself defines, in order; of several definitions of one name the first."""
        found: dict[str, Definition] = {}
        for definition in self._definitions():
            found.setdefault(definition.name, definition)
        return found

    @cached_property
    def imported(self) -> Mapping[str, int]:
        """By name that the file imports, the line that says so."""
        found: dict[str, int] = {}
        for match in _IMPORT.finditer(self.text):
            several, alias = match["several"], match["alias"]
            names = re.findall(r"\w+", several) if several else [alias or match["from"].rpartition(".")[2]]
            found.update(dict.fromkeys(names, self._line(match.start())))
        return found

    @cached_property
    def kept(self) -> frozenset[str]:
        """What is used whatever the rules say: what is ignored, declared, overridden or extended."""
        lines = re.findall(r"^%(?:ignore|declare|override|extend)\b([^\n]*)", self.text, re.MULTILINE)
        return frozenset(name for line in lines for name in re.findall(r"\w+", line))

    @cached_property
    def declared(self) -> Mapping[str, int]:
        """By terminal that is declared without a text, the line that says so."""
        found = re.finditer(r"^%declare\b([^\n]*)", self.text, re.MULTILINE)
        return {name: self._line(m.start()) for m in found for name in re.findall(r"\w+", m[1])}

    def line_of(self, name: str) -> int | None:
        """The line on which a name is defined or imported; of a helper of Lark's, that of its rule."""
        name = rule_of(name)
        known = self.definitions.get(name)
        return {**self.declared, **self.imported}.get(name) if known is None else known.line

    def reached_from(self, start: str) -> frozenset[str]:
        """The names that a rule needs, itself among them."""
        found: set[str] = set()
        pending = [start, *self.kept]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending.extend(self.definitions[name].mentions if name in self.definitions else ())
        return frozenset(found)

    def roots(self) -> tuple[str, ...]:
        """The rules that no other rule names, in order."""
        named = {name for d in self.definitions.values() for name in d.mentions if name != d.name}
        return tuple(
            d.name for d in self.definitions.values() if not d.is_terminal and d.name not in named | self.kept
        )

    def _definitions(self) -> Iterator[Definition]:
        heads = list(_HEAD.finditer(self.text))
        for number, head in enumerate(heads):
            end = heads[number + 1].start() if number + 1 < len(heads) else len(self.text)
            body = re.split(r"^%", self.text[head.end() : end], maxsplit=1, flags=re.MULTILINE)[0]
            names = tuple(dict.fromkeys(m["name"] for m in _PART.finditer(body) if m["name"]))
            yield Definition(
                head["name"], self._line(head.start()), names, self._comment(head.start(), head.end())
            )

    def _comment(self, start: int, colon: int) -> str:
        """The comment above a definition, of which no empty line parts it; else the one on its own line."""
        above: list[str] = []
        for line in reversed(self.text[:start].splitlines()):
            if not line.startswith("//"):
                break
            above.insert(0, line.strip("/ "))
        if above:
            return " ".join(above).strip()
        line = self.text[colon:].partition("\n")[0]
        own = next((m["comment"] for m in _PART.finditer(line) if m["comment"]), "")
        return own.strip("/ ")

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


def rule_of(symbol: str) -> str:
    """The rule that a symbol of the table comes from: Lark makes helpers of repetitions and templates."""
    found = _HELPER.match(symbol)
    return (found["rule"] if found else symbol).partition("{")[0]
