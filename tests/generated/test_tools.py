"""The programs that make parsers: missing ones, slow ones, and what they say when they fail."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic

import pytest

from lsp_server.errors import ToolError
from lsp_server.syntax.generated.making import build_parser
from tests.generated.grammars import JSON
from tests.generated.making import own_language

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs here are shell scripts")
CONFLICT = """\
#!/bin/sh
[ "$1" = --version ] && echo "tree-sitter 9" && exit
if /bin/grep -A9 '"conflicts"' grammar.json | /bin/grep -q '"pair"'; then
    /bin/mkdir -p src && echo broken > src/parser.c
else
    echo "Unresolved conflict for symbol sequence:" >&2
    echo '  3:  Add a conflict for these rules: `pair`, `_value`' >&2
    exit 1
fi
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found, beside those of the system that scripts need."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setitem(sys.modules, "ziglang", None)
    return tmp_path


def script(path: Path, name: str, text: str) -> None:
    (path / name).write_text(text)
    (path / name).chmod(0o755)


def test_a_missing_generator_is_told_with_what_to_install(path: Path) -> None:
    with pytest.raises(ToolError, match=r"^the tree-sitter CLI is not installed.*\(install tree-sitter-cli"):
        build_parser(own_language(JSON))


def test_a_missing_compiler_is_told_with_what_to_install(path: Path) -> None:
    script(path, "tree-sitter", "#!/bin/sh\necho tree-sitter 9\n")
    with pytest.raises(ToolError, match=r"^no C compiler is installed.*\(install gcc or clang"):
        build_parser(own_language(JSON))


def test_a_program_that_takes_too_long_is_ended_with_all_that_it_started(path: Path) -> None:
    script(path, "tree-sitter", '#!/bin/sh\n[ "$1" = --version ] && echo 9 && exit\n/bin/sleep 60 & wait\n')
    script(path, "cc", "#!/bin/sh\necho cc 9\n")
    begun = monotonic()
    with pytest.raises(ToolError, match=r"^tree-sitter did not finish within 1 seconds"):
        build_parser(own_language(JSON), seconds=1)
    assert monotonic() - begun < 20


def test_conflicts_that_the_generator_reports_are_declared_and_a_failure_is_one_line(path: Path) -> None:
    script(path, "tree-sitter", CONFLICT)
    script(
        path,
        "cc",
        '#!/bin/sh\n[ "$1" = --version ] && echo 9 && exit\necho "parser.c:1: broken" >&2\nexit 1\n',
    )
    with pytest.raises(ToolError, match=r"^cc failed: parser\.c:1: broken"):
        build_parser(own_language(JSON))
