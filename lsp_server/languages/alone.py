"""A grammar that is a file by itself, as a language: that of its bundle, or one that has nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from lsp_server.errors import BundleError
from lsp_server.languages.language import Comment, Language, ParserBinding
from lsp_server.languages.manifest import GRAMMAR, load_bundle

START = "start"
_RULE = re.compile(r"^[?!]*(?P<name>_?[a-z]\w*)[^:\n]*:", re.MULTILINE)


def language_of_grammar(path: Path, text: str) -> Language | None:
    """The language whose grammar a file is, with the text that it would have; None if it has no rule.

    Outside a bundle the start rule is `start`, or the first rule where there is no such one.
    """
    if path.name == GRAMMAR:
        try:
            return replace(load_bundle(path.parent), grammar=text)
        except BundleError:
            pass
    rules = [found["name"] for found in _RULE.finditer(text)]
    if not rules:
        return None
    return bare_language(text, path.parent, START if START in rules else rules[0])


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
