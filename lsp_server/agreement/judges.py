"""Asks the independent parsers that a bundle names whether a text is valid.

It must not know which parsers these are: a bundle names a module and a function that raises on a text
it rejects. A judge of one's own making proves nothing, so none is defined here. Of a bundle that names none,
Lark itself is the judge: then its grammar says what the language is. Only judges of the product's own bundles
are called in this process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from lsp_server.agreement.asking import Judge, Verdict, as_json, asked_there, asking
from lsp_server.agreement.confined import AbsentError, Confined, NoAnswerError, RaisedError, function_of
from lsp_server.errors import ManifestError, UsageError
from lsp_server.lalr.original import original_parser
from lsp_server.languages import JudgeBinding, Language
from lsp_server.languages.manifest import MANIFEST

LONGEST = 500_000
"""The longest text for a judge, in characters: a native parser whose stack is full ends the process."""

DEEPEST = 5_000
"""The deepest nesting of the language's brackets that a judge is given."""


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
    return _shallow(language, binding, asking(binding, original_parser(language)))


def _load(language: Language, binding: JudgeBinding, allowed: Collection[str]) -> Judge:
    name, path = f"{binding.module}.{binding.function}", language.directory / MANIFEST
    if not binding.trusted and name not in allowed:
        raise UsageError(
            f"the judge {name} is code that a bundle of your own names: it is not run",
            path=path,
            remedy=f"to run it nevertheless, add --judge {name}",
        )
    try:
        if binding.trusted:
            judge = asking(binding, function_of(binding.module, binding.function))
        else:
            judge = _confined(binding)
    except ImportError:
        raise UsageError(
            f"the judge of '{language.id}' is not installed: no module '{binding.module}'",
            remedy="pip install 'holegram[test]', or the package that has it",
        ) from None
    except AbsentError as error:
        raise ManifestError(str(error), path=path, remedy="correct [[judge]]") from None
    except NoAnswerError as error:
        raise UsageError(f"the judge {name} does not start: {error}", path=path) from None
    return _shallow(language, binding, judge)


def _confined(binding: JudgeBinding) -> Judge:
    """A judge in a process of its own, with the expressions that its bundle has for it."""
    call = Confined(binding.module, binding.function, (asked_there.__module__, asked_there.__name__))
    given = as_json(binding)

    def ask(text: str) -> Verdict:
        try:
            said = call(text, binding=given)
        except (NoAnswerError, RaisedError) as error:
            return Verdict(False, str(error), unsure=True)
        return Verdict(**{**said, "lines": tuple(said["lines"])})

    return ask


def _shallow(language: Language, binding: JudgeBinding, judge: Judge) -> Judge:
    """A judge that is given no text nested deeper than it can bear."""
    deepest = DEEPEST if binding.deepest is None else binding.deepest

    def ask(text: str) -> Verdict:
        if _depth(language, text, deepest) > deepest:
            return Verdict(False, f"not judged: nested deeper than {deepest}", unsure=True)
        return judge(text)

    return ask


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
