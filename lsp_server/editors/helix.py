"""Helix, 25.01 and later: `languages.toml`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.editors.quoting import listed, quoted
from lsp_server.languages import Language

NAME = "helix"

_LINES = """
language = [
ROWS
]
[language-server.holegram]
command = COMMAND
args = [ARGUMENTS]
"""


def lines(languages: Sequence[Language], command: Sequence[str]) -> str:
    """A language for each, or the one that Helix has under that name, with the server and its own files."""
    rows = "\n".join(f"  {_row(language)}," for language in languages)
    first, *more = command
    return (
        _LINES.lstrip()
        .replace("ROWS", rows)
        .replace("COMMAND", quoted(first))
        .replace("ARGUMENTS", listed(more))
    )


def _row(language: Language) -> str:
    """No signs of comments: Helix has two keys for them, and where it has set one it refuses the other."""
    name = language.editors.get(NAME, language.id)
    files = [_file(extension) for extension in language.extensions]
    files += [_pattern("", filename) for filename in language.filenames]
    keys = f"name = {quoted(name)}, scope = {quoted(f'source.{name}')}, file-types = [{', '.join(files)}]"
    return f'{{ {keys}, language-servers = ["holegram"] }}'


def _file(extension: str) -> str:
    """What Helix takes for an extension is what stands after the last dot."""
    return quoted(extension[1:]) if extension.count(".") == 1 else _pattern("*", extension)


def _pattern(before: str, name: str) -> str:
    """A pattern of file names that fits what ends with a name, or is one."""
    literal = re.sub(r"[*?{\[]", r"[\g<0>]", name)
    return f"{{ glob = {quoted(before + literal)} }}"
