"""What a judge says of a text: how the text is put to it, and what its errors mean, as a bundle says by
expressions.

For a judge that somebody's own bundle names this runs in the process of that judge, with its limits: an
expression may take for ever too.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from lsp_server.languages import JudgeBinding
from lsp_server.text import LineIndex


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judges say of a text.

    Where `valid` is false, `ignored` tells that all that was wrong is not syntax, as the bundle says, and
    `unsure` that a judge gave up and no other could tell; `lines` are those of the errors that the message
    tells of, from 1, if the bundle says how to read them.
    """

    valid: bool
    message: str = ""
    ignored: bool = False
    unsure: bool = False
    lines: tuple[int, ...] = ()

    @property
    def well_formed(self) -> bool:
        """The text is syntax of the language, whatever else may be wrong with it."""
        return self.valid or self.ignored


Judge = Callable[[str], Verdict]


def asking(binding: JudgeBinding, parse: Callable[..., object]) -> Judge:
    """A judge that takes a text unless it is an error to parse it; what errors mean is in its binding."""
    ignore, accept, unsure = (
        [re.compile(pattern, re.DOTALL) for pattern in patterns]
        for patterns in (binding.ignore, binding.accept, binding.unsure)
    )
    place = None if binding.place is None else re.compile(binding.place)

    def ask(text: str) -> Verdict:
        # A parser behind a C interface would stop reading at NUL and judge what stands before it;
        # the control character after it is read by all, and no language tells the two apart.
        try:
            read = text.rstrip() + binding.append if binding.append else text
            for pattern, instead in binding.rewrite:
                read = re.sub(pattern, instead, read)
            read = read.replace("\0", "\1")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parse(read, **_arguments(binding, read))
        except Exception as error:
            message = " ".join(str(error).split()) or type(error).__name__
            if _told(accept, message) or (binding.accept_appended and _at_end(place, message, read)):
                return Verdict(True)
            lines = () if place is None else _lines(place, message, text)
            return Verdict(False, message, _told(ignore, message), _told(unsure, message), lines)
        return Verdict(True)

    return ask


def as_json(binding: JudgeBinding) -> Mapping[str, Any]:
    """A binding as JSON has it."""
    told = {one.name: getattr(binding, one.name) for one in fields(binding)}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in told.items()}


def asked_there(parse: Callable[..., object], text: str, binding: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a judge says of a text, with its binding, as JSON has both."""
    return asdict(asking(JudgeBinding(**binding), parse)(text))


def _arguments(binding: JudgeBinding, text: str) -> dict[str, object]:
    """What a judge gets besides a text: what the bundle says, and the names that it wants declared."""
    found = dict(binding.arguments)
    for argument, pattern in binding.declare.items():
        value = found.get(argument)
        found[argument] = {match[1] or "": value for match in re.finditer(pattern, text)}
    return found


def _told(patterns: Iterable[re.Pattern[str]], message: str) -> bool:
    return any(pattern.fullmatch(message) for pattern in patterns)


def _at_end(place: re.Pattern[str] | None, message: str, read: str) -> bool:
    """Whether the place that a message tells, by line and column, is just behind all that was read."""
    match = None if place is None else place.search(message)
    if match is None or not {"line", "column"} <= match.re.groupindex.keys():
        return False
    line, column = LineIndex(read).position(len(read))
    return (int(match["line"]), int(match["column"])) == (line + 1, column + 1)


def _lines(place: re.Pattern[str], message: str, text: str) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for match in place.finditer(message):
        groups = match.groupdict()
        if groups.get("read"):
            lines = LineIndex(text)
            end = lines.start_of(int(groups["line"]) - 1) + int(groups["column"]) - 1
            found[lines.line_of(max(end - len(groups["read"]), 0)) + 1] = None
        elif "line" in groups:
            found[int(groups["line"])] = None
        else:
            found[LineIndex(text).line_of(min(int(groups["offset"]), len(text))) + 1] = None
    return tuple(found)
