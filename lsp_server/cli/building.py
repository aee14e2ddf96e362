"""What is told of the making of a parser."""

from __future__ import annotations

from lsp_server.cli.screen import console
from lsp_server.errors import ToolError, UsageError
from lsp_server.languages import Language


def build_and_tell(language: Language, seconds: float = 120.0) -> None:
    """Make the parser of a language, and say what was done and how long it took.

    Raises:
        HolegramError: it cannot be made.

    """
    from lsp_server.syntax.generated.making import build_parser, find_generated

    if language.parser.module is not None:
        raise UsageError(
            f"{language.id} has a parser of its own, {language.parser.module}",
            path=language.directory,
            remedy="remove the key module from the manifest to have one made of its grammar",
        )
    err = console(stderr=True)
    with err.status("") as status:
        built = build_parser(language, seconds=seconds, progress=lambda what: status.update(f"{what} ..."))
    if find_generated(language) is None:
        raise ToolError(
            f"the parser of {language.id} cannot be loaded", path=built.library, remedy="see the line above"
        )
    print(f"{language.id}: a parser {'was there already' if built.kept else 'was made'}: {built.library}")
    print(f"  generated in {built.generating:.2f} s by {built.generator}")
    print(f"  compiled in {built.compiling:.2f} s by {built.compiler}")
    for rules in built.conflicts:
        print(f"  tries all ways where these may be meant: {', '.join(rules)}")
