"""Asks the independent parsers that a bundle names whether a text is valid.

It must not know which parsers these are: a bundle names a module and a function that raises on a text
it rejects. A judge of one's own making proves nothing, so none is defined here. Of a bundle that names none,
Lark itself is the judge: then its grammar says what the language is. Only judges of the product's own bundles
are called in this process.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from lsp_server.agreement.confined import AbsentError, Confined, NoAnswerError, function_of
from lsp_server.errors import ManifestError, UsageError
from lsp_server.lalr.original import original_parser
from lsp_server.languages import JudgeBinding, Language
from lsp_server.languages.manifest import MANIFEST
from lsp_server.text import LineIndex

LONGEST = 500_000
"""The longest text for a judge, in characters: a native parser whose stack is full ends the process."""

DEEPEST = 5_000
"""The deepest nesting of the language's brackets that a judge is given."""


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

Places = Callable[[str, Verdict], tuple[int, ...]]
"""The lines of the errors in a text that got a verdict, from 1."""


def load_judge(language: Language, allowed: Collection[str] = ()) -> Judge:
    """The judge of a language: what any of the bundle's judges accepts is valid.

    A fallback is asked only where another judge gave up, and then decides. The judge raises nothing on any
    text. One that is beyond `LONGEST` or `DEEPEST` is not valid. Where the bundle names none it is Lark.

    A judge that a bundle of somebody's own names is run only if the user allows it, in a process of its own.

    Args:
        language: whose texts are judged.
        allowed: the judges of such bundles that the user allows, each as `module.function`.

    Raises:
        UsageError: the bundle names a judge that is not installed or not allowed, or none though Lark alone
            cannot tell.
        ManifestError: the module of a judge has no such function.
        GrammarError: Lark is the judge, and refuses the grammar.

    """
    if not language.judges:
        return _lark(language)
    deciding = [binding for binding in language.judges if not binding.place_only]
    judges, fallbacks = (
        [_load(language, binding, allowed) for binding in deciding if binding.fallback is fallback]
        for fallback in (False, True)
    )

    def judge(text: str) -> Verdict:
        if len(text) > LONGEST or _depth(language, text, DEEPEST) > DEEPEST:
            return Verdict(False, f"not judged: longer than {LONGEST} or nested deeper than {DEEPEST}")
        verdict = _first(judges, text)
        if not verdict.unsure:
            return verdict
        other = _first(fallbacks, text)
        return verdict if other.unsure else other

    return judge


def told_lines(text: str, verdict: Verdict) -> tuple[int, ...]:
    """The lines that the verdict itself tells."""
    return verdict.lines


def load_places(language: Language, allowed: Collection[str] = ()) -> Places:
    """Tells in which lines of a rejected text the judges that read farthest find their errors.

    Raises:
        UsageError: a judge is not installed, or not allowed.
        ManifestError: the module of a judge has no such function.

    """
    others = [_load(language, binding, allowed) for binding in language.judges if binding.place_only]

    def places(text: str, verdict: Verdict) -> tuple[int, ...]:
        found = [verdict.lines, *(other(text).lines for other in others)]
        return max(found, key=lambda lines: max(lines, default=0))

    return places


def _first(judges: Iterable[Judge], text: str) -> Verdict:
    """The first that accepts; else one that found no error of syntax, gave up, or read furthest."""
    verdicts: list[Verdict] = []
    for ask in judges:
        verdicts.append(ask(text))
        if verdicts[-1].valid:
            return verdicts[-1]
    return min(
        verdicts,
        key=lambda verdict: (not verdict.ignored, not verdict.unsure, -max(verdict.lines, default=0)),
        default=Verdict(False, "not judged", unsure=True),
    )


def _lark(language: Language) -> Judge:
    if language.paired or language.reserved:
        raise UsageError(
            f"no judge for '{language.id}': Lark does not know what [[paired]] and reserved say",
            path=language.directory / MANIFEST,
            remedy="name an independent parser in [[judge]]",
        )
    end = "" if language.indentation is None else "\n"
    binding = JudgeBinding("lark", "Lark.parse", place=r"\bat line (?P<line>\d+)", append=end)
    return _asking(language, binding, original_parser(language))


def _load(language: Language, binding: JudgeBinding, allowed: Collection[str]) -> Judge:
    name, path = f"{binding.module}.{binding.function}", language.directory / MANIFEST
    if not binding.trusted and name not in allowed:
        raise UsageError(
            f"the judge {name} is code that a bundle of your own names: it is not run",
            path=path,
            remedy=f"to run it nevertheless, add --judge {name}",
        )
    try:
        call = (function_of if binding.trusted else Confined)(binding.module, binding.function)
    except ImportError:
        raise UsageError(
            f"the judge of '{language.id}' is not installed: no module '{binding.module}'",
            remedy="pip install 'holegram[test]', or the package that has it",
        ) from None
    except AbsentError as error:
        raise ManifestError(str(error), path=path, remedy="correct [[judge]]") from None
    except NoAnswerError as error:
        raise UsageError(f"the judge {name} does not start: {error}", path=path) from None

    def parse(text: str) -> None:
        call(text, **_arguments(binding, text))

    return _asking(language, binding, parse)


def _arguments(binding: JudgeBinding, text: str) -> dict[str, object]:
    """What a judge gets besides a text: what the bundle says, and the names that it wants declared."""
    found = dict(binding.arguments)
    for argument, pattern in binding.declare.items():
        value = found.get(argument)
        found[argument] = {match[1] or "": value for match in re.finditer(pattern, text)}
    return found


def _asking(language: Language, binding: JudgeBinding, parse: Callable[[str], object]) -> Judge:
    """A judge that takes a text unless it is an error to parse it; what errors mean is in its binding."""
    ignore, accept, unsure = (
        [re.compile(pattern, re.DOTALL) for pattern in patterns]
        for patterns in (binding.ignore, binding.accept, binding.unsure)
    )
    place = None if binding.place is None else re.compile(binding.place)
    deepest = DEEPEST if binding.deepest is None else binding.deepest

    def ask(text: str) -> Verdict:
        if _depth(language, text, deepest) > deepest:
            return Verdict(False, f"not judged: nested deeper than {deepest}", unsure=True)
        # A parser behind a C interface would stop reading at NUL and judge what stands before it;
        # the control character after it is read by all, and no language tells the two apart.
        try:
            read = text.rstrip() + binding.append if binding.append else text
            for pattern, instead in binding.rewrite:
                read = re.sub(pattern, instead, read)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parse(read.replace("\0", "\1"))
        except Exception as error:
            message = " ".join(str(error).split()) or type(error).__name__
            if _told(accept, message) or (binding.accept_appended and _at_end(place, message, read)):
                return Verdict(True)
            lines = () if place is None else _lines(place, message, text)
            gave_up = isinstance(error, NoAnswerError) or _told(unsure, message)
            return Verdict(False, message, _told(ignore, message), gave_up, lines)
        return Verdict(True)

    return ask


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


def _depth(language: Language, text: str, enough: int) -> int:
    """The deepest nesting, an upper bound: brackets inside strings and comments count as well.

    Where there are no more brackets than `enough`, the depth matters to nobody and is given as 0.
    """
    step = {opener[-1]: 1 for opener, _ in language.brackets}
    step.update({closer[0]: -1 for _, closer in language.brackets})
    deepest = depth = 0
    if sum(map(text.count, step)) <= enough:
        return 0
    for character in text:
        change = step.get(character, 0)
        depth = max(0, depth + change)
        deepest = max(deepest, depth)
    return deepest
