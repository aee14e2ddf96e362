"""What there is to say of the names in a text: that nothing declares them, that they are deprecated, that
nobody uses them, or that they stand twice. Must not know a language: a bundle says which of them may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lsp_server.features.diagnostics import MOST, Diagnostic, Mark
from lsp_server.features.once import Repeated
from lsp_server.features.unknown_names import unknown_names
from lsp_server.inspection import Severity
from lsp_server.names.catalogued import symbol_at
from lsp_server.names.existing import Existing
from lsp_server.names.occurrences import Names, Visibility
from lsp_server.names.resolving import Resolver
from lsp_server.names.standing import Place, Unit
from lsp_server.names.texts import Texts
from lsp_server.syntax import SyntaxTree

DEPRECATED, UNUSED, REPEATED = "deprecated-name", "unused-name", "repeated-name"


def all_name_findings(
    existing: Existing,
    names: Names,
    tree: SyntaxTree,
    repeated: Repeated,
    severity: Severity | None = Severity.WARNING,
    typed_at: int | None = None,
) -> tuple[Diagnostic, ...]:
    """All that is told of the names of a text; where there are errors, as far as they leave no doubt of it.

    Args:
        existing: the names that exist for it.
        names: the names in it.
        tree: that of the text.
        repeated: the names that stand again where they may stand once.
        severity: how much a name matters that nothing declares; with None none is told.
        typed_at: the offset at which somebody types, if that is known; the name there may not be whole yet.

    """
    missing: list[Diagnostic] = []
    if severity is not None:
        missing += (
            replace(one.diagnostic, severity=severity)
            for one in unknown_names(existing, names, tree)
            if typed_at is None or not one.span.start <= typed_at <= one.span.end
        )
    own = Unit("", existing.folder, names)
    declared = name_findings(repeated, own, existing.around.texts, sound=tree.sound)
    return (*missing, *declared)


def name_findings(
    repeated: Repeated, own: Unit, others: Texts, *, sound: bool = True
) -> tuple[Diagnostic, ...]:
    """What is told of the names of a text that are declared, in order of place.

    Args:
        repeated: those that stand again where they may stand once.
        own: its names.
        others: those of all other texts and catalogues.
        sound: whether the text has no error; what is used in damaged text may not be seen.

    """
    texts = Texts([own], beyond=others)
    found = [*_deprecated(own, texts), *(_unused(own, texts) if sound else ()), *_repeated(repeated)]
    return tuple(sorted(found, key=lambda one: one.span)[:MOST])


def _deprecated(own: Unit, texts: Texts) -> Iterator[Diagnostic]:
    """References to what should not be used any more. Only names are looked up that something such has."""
    names, resolver = texts.deprecated, Resolver(texts)
    for name in own.names if names else ():
        here = name.occurrence
        if here.name in names and not (here.defines or here.hidden):
            targets = resolver.definitions(Place(own, name))
            if targets and all(map(_is_deprecated, targets)):
                symbol = symbol_at(targets[0])
                why = "" if symbol is None else f": {' '.join(symbol.deprecated.split())}"
                message = f"'{here.name}' is deprecated{why}"
                yield Diagnostic(name.span, message, DEPRECATED, severity=Severity.HINT, mark=Mark.DEPRECATED)


def _is_deprecated(target: Place) -> bool:
    symbol = symbol_at(target)
    return target.occurrence.deprecated if symbol is None else bool(symbol.deprecated)


def _unused(own: Unit, texts: Texts) -> Iterator[Diagnostic]:
    """Definitions that serve no purpose if nothing refers to them, where no such name is in reach."""
    for name in own.names:
        here = name.occurrence
        fades = here.fades and not here.hidden
        if fades and not _is_referred_to(here.name, here.spaces[0], _in_reach(own, texts, here.visible)):
            message = f"{here.kind} '{here.name}' is not used"
            yield Diagnostic(name.span, message, UNUSED, severity=Severity.HINT, mark=Mark.NEEDLESS)


def _in_reach(own: Unit, texts: Texts, visible: Visibility) -> Iterable[Unit]:
    """The texts that know what is so visible in one of them."""
    match visible:
        case Visibility.WORKSPACE:
            return texts
        case Visibility.FOLDER:
            return texts.in_folder(own.folder)
        case _:
            return (own,)


def _is_referred_to(name: str, space: str, units: Iterable[Unit]) -> bool:
    return any(
        space in one.occurrence.spaces and not one.occurrence.defines
        for unit in units
        for one in unit.names.named(name)
    )


def _repeated(repeated: Repeated) -> Iterator[Diagnostic]:
    for name, span in repeated:
        message = f"'{name}' stands here already, and may stand only once"
        yield Diagnostic(span, message, REPEATED, severity=Severity.WARNING)
