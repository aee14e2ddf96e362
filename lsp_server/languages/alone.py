"""A grammar without a bundle, as a language."""

from __future__ import annotations

from pathlib import Path

from lsp_server.languages.language import Comment, Language, ParserBinding

START = "start"
"""The start rule where nobody names another."""


def bare_language(grammar: str, directory: Path, start: str = START) -> Language:
    """A language that has a grammar and nothing else; what that imports is looked for in a directory."""
    return Language(
        id="grammar",
        name="Grammar",
        extensions=(),
        filenames=(),
        comment=Comment(),
        parser=ParserBinding(),
        start=start,
        word=r"\w+",
        triggers=(),
        brackets=(),
        paired=(),
        directory=directory,
        grammar=grammar,
        queries={},
    )
