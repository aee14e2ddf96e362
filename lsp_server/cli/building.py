"""Has a parser made, and tells what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.cli.screen import console
from lsp_server.errors import HolegramError, ToolError, UsageError
from lsp_server.languages import Language

if TYPE_CHECKING:
    from lsp_server.syntax.generated.making import Built


def build_and_tell(language: Language, seconds: float = 120.0) -> None:
    """Make the parser of a language, and say what was done and how long it took.

    Raises:
        HolegramError: it cannot be made.

    """
    if language.parser.module is not None:
        raise UsageError(
            f"{language.id} has a parser of its own, {language.parser.module}",
            path=language.directory,
            remedy="remove the key module from the manifest to have one made of its grammar",
        )
    built = _build(language, seconds)
    print(f"{language.id}: a parser {'was there already' if built.kept else 'was made'}: {built.library}")
    print(f"  generated in {built.generating:.2f} s by {built.generator}")
    print(f"  compiled in {built.compiling:.2f} s by {built.compiler}")
    for rules in built.conflicts:
        print(f"  tries all ways where these may be meant: {', '.join(rules)}")


def build_if_possible(language: Language, seconds: float = 20.0) -> str:
    """Make the parser of a language; in a line, what was done, or why not, and how to have it done later."""
    try:
        built = _build(language, seconds)
    except HolegramError as error:
        remedy = f" ({error.remedy})" if error.remedy else ""
        later = f"then: holegram grammar build {language.directory}"
        return f"no tree-sitter parser was made: {error.message}{remedy}; {later}"
    if built.kept:
        return "a tree-sitter parser of this grammar was there already"
    took = built.generating + built.compiling
    return f"a tree-sitter parser was made of it in {took:.1f} s by {built.generator} and {built.compiler}"


def _build(language: Language, seconds: float) -> Built:
    """Make a parser, and load it.

    Raises:
        HolegramError: it cannot be made, or loaded.

    """
    from lsp_server.syntax.generated.making import build_parser, find_generated

    err = console(stderr=True)
    with err.status("") as status:
        built = build_parser(language, seconds=seconds, progress=lambda what: status.update(f"{what} ..."))
    if find_generated(language) is None:
        raise ToolError(
            f"the parser of {language.id} cannot be loaded", path=built.library, remedy="see the line above"
        )
    return built
