"""Files are opened by one function: regular ones, so many bytes, by no link that leads out, never waiting."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import lsp_server
from lsp_server.errors import DocumentError, GrammarError
from lsp_server.lalr import load_grammar
from lsp_server.languages import bare_language, load_bundle, load_registry
from lsp_server.names.files import Index, scan
from lsp_server.opening import files_below, read_bytes, write_private
from tests.cli.conftest import Holegram, assert_one_line, holegram
from tests.conftest import MakeBundle

__all__ = ["holegram"]

PACKAGE = Path(lsp_server.__file__).parent
unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")


def made(folder: Path, kind: str, name: str) -> Path:
    """Something that is no regular file, or leads to none."""
    path = folder / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(kind)
    return path


SPECIAL = ["pipe", "/dev/zero", "/dev/tty"]
REFUSED = "is no regular file, but a pipe, a socket or a device"


# ---- The function


@unix
@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    with pytest.raises(DocumentError, match=REFUSED):
        read_bytes(made(tmp_path, kind, "a"))


def test_no_more_is_read_than_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert read_bytes(tmp_path / "a", largest=10) == b"x" * 10
    with pytest.raises(DocumentError, match=r"a: is larger than 9 bytes \(make it smaller, or split it\)"):
        read_bytes(tmp_path / "a", largest=9)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no file here tells a size of 0")
def test_a_file_that_tells_no_size_is_read_to_its_end_or_its_limit() -> None:
    assert b"python" in read_bytes(Path("/proc/self/maps"))
    with pytest.raises(DocumentError, match="is larger than 100 bytes"):
        read_bytes(Path("/proc/self/maps"), largest=100)


@unix
def test_no_link_leads_out_of_the_folders_that_are_named(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside / "deep", outside):
        folder.mkdir(parents=True)
        (folder / "a").write_text("text")
    (inside / "b").symlink_to(inside / "deep" / "a")
    (inside / "c").symlink_to(outside / "a")
    (inside / "d").symlink_to(outside)
    (tmp_path / "e").symlink_to(inside)
    for place in ("inside/b", "inside/deep/../deep/a", "e/deep/a"):
        assert read_bytes(tmp_path / place, within=(inside,)) == b"text"
    assert read_bytes(inside / "c") == b"text"
    for place in ("c", "d/a", "../outside/a"):
        with pytest.raises(DocumentError, match=r"leads out of .*inside"):
            read_bytes(inside / place, within=(inside,))


@pytest.mark.parametrize("name", ["none", "a\0b", "x" * 5000])
def test_a_name_that_leads_nowhere_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_bytes(tmp_path / name)
    assert "\n" not in str(caught.value)


@unix
def test_below_a_folder_no_link_is_followed_and_only_regular_files_are_found(tmp_path: Path) -> None:
    for name in ("a", ".hidden", "deep/b", ".deep/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    made(tmp_path, "pipe", "pipe")
    made(tmp_path, str(tmp_path / "a"), "link")
    made(tmp_path, str(tmp_path), "deep/again")
    assert files_below(tmp_path) == [tmp_path / "a", tmp_path / "deep" / "b"]
    assert len(files_below(tmp_path, hidden=True)) == 4
    assert files_below(tmp_path / "none") == []


@pytest.mark.parametrize("part", ["beginning", "name"])
def test_what_cannot_be_written_to_its_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    path = tmp_path / "cache" / "a"
    write_private(path, b"before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if part == "name":
        monkeypatch.setattr("lsp_server.opening.os.replace", full)
    with only_a_beginning_is_written(), pytest.raises(OSError, match=r"No space|too large"):
        write_private(path, b"after" * 1_000)
    assert [(file.name, file.read_bytes()) for file in path.parent.iterdir()] == [("a", b"before")]


@contextmanager
def only_a_beginning_is_written() -> Iterator[None]:
    """The system writes no file that is longer than a thousand bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from lsp_server.cli.findings import check_files
from lsp_server.languages import load_registry
from lsp_server.names.files import Index, scan

folder, registry = Path(sys.argv[1]), load_registry()
list(check_files([str(folder / "open.tf")], None, registry))  # with all that it imports
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
print(sorted(path.name for path in scan([folder], registry, Index(), lambda: False).files))
for checked in check_files([str(folder)], None, registry):
    print(Path(checked.path).name, checked.count("error"), checked.failure and checked.failure.message)
"""


@pytest.fixture
def shown() -> Iterator[Path]:
    """A folder that every user may look into, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="holegram-") as made:
        Path(made).chmod(0o755)
        yield Path(made)
        for path in Path(made).iterdir():
            path.chmod(0o700)


@unix
def test_to_a_user_without_privileges_what_it_may_not_read_is_a_line_and_the_rest_is_read(
    shown: Path,
) -> None:
    """Root may read all: where this is root, another user asks."""
    for name in ("open.tf", "closed.tf", "deep/inside.tf"):
        (shown / name).parent.mkdir(exist_ok=True)
        (shown / name).write_text("a = = 1\n")
    for name in ("closed.tf", "deep"):
        (shown / name).chmod(0)
    command = [sys.executable, "-c", UNPRIVILEGED, str(shown)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "['open.tf']",
        "closed.tf 0 cannot be read: Permission denied",
        "open.tf 1 None",
        "deep 0 cannot be listed: Permission denied",
    ], done.stderr


# ---- Who uses it


@unix
@pytest.mark.parametrize("kind", SPECIAL[:2])
@pytest.mark.parametrize(
    "command",
    [
        ("check", "{}"),
        ("complete", "{}:1:1"),
        ("grammar", "hole", "{}:1:1"),
        ("grammar", "check", "{}"),
        ("new", "{}"),
    ],
)
def test_a_command_that_is_given_no_regular_file_says_so_in_one_line(
    holegram: Holegram, tmp_path: Path, kind: str, command: tuple[str, ...]
) -> None:
    path = made(tmp_path, kind, "a.lark")
    result = holegram(*(part.format(path) for part in command))
    assert_one_line(result, f"{path}: {REFUSED} (name a regular file)")


@unix
def test_a_folder_that_holds_pipes_and_devices_is_read_on(holegram: Holegram, tmp_path: Path) -> None:
    for number, kind in enumerate(("pipe", "/dev/zero", "/")):
        made(tmp_path, kind, f"{number}.tf")
    (tmp_path / "z.tf").write_text("a = = 1\n")
    result = holegram("check", tmp_path)
    assert (result.code, result.err) == (1, "")
    assert result.out.startswith(f"{tmp_path / 'z.tf'}:1:5")


def test_docs_and_examples_of_a_new_language_are_read_on_beside_pipes_and_devices(
    holegram: Holegram, tmp_path: Path
) -> None:
    for folder, extension in (("docs", ".md"), ("examples", ".x")):
        (tmp_path / folder).mkdir()
        for number, kind in enumerate(("pipe", "/dev/zero", "/")):
            made(tmp_path / folder, kind, f"{number}{extension}")
        (tmp_path / folder / f"z{extension}").write_text("a")
    (tmp_path / "g.lark").write_text('start: "a"+\n')
    folders = ("--docs", tmp_path / "docs", "--examples", tmp_path / "examples")
    result = holegram("new", tmp_path / "g.lark", *folders, "--out", tmp_path / "made")
    assert (result.code, result.err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "made").rglob("z.*")) == ["z.md", "z.x"]


def test_standard_input_without_an_end_is_one_line(
    holegram: Holegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsp_server.cli.cursor.LARGEST", 10)
    result = holegram("check", "-", "--language", "hcl", stdin="a = 1 # and more")
    assert_one_line(result, "<stdin>: is longer than 10 bytes")


@unix
@pytest.mark.parametrize("kind", SPECIAL[:2])
@pytest.mark.parametrize("statement", ["%import .part (X)", "%import part.X", "%import .sub.part.X"])
def test_an_import_of_what_is_no_regular_file_is_one_line(
    tmp_path: Path, kind: str, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sub" if "sub" in statement else tmp_path
    folder.mkdir(exist_ok=True)
    made(folder, kind, "part.lark")
    monkeypatch.chdir(tmp_path)  # Lark looks there too
    with pytest.raises(
        GrammarError, match=r"grammar.lark:2: cannot import .*part.lark: (is no reg|leads out of)"
    ):
        load_grammar(bare_language(f"start: X\n{statement}\n", tmp_path))


def test_an_import_leads_by_no_link_out_of_the_folder_of_the_grammar(tmp_path: Path) -> None:
    folder = tmp_path / "grammars"
    folder.mkdir()
    (tmp_path / "secret.lark").write_text("X: /x/\n")
    (folder / "part.lark").symlink_to(tmp_path / "secret.lark")
    with pytest.raises(GrammarError, match=r":2: cannot import part.lark: leads out of .*grammars"):
        load_grammar(bare_language("start: X\n%import .part.X\n", folder))


def test_imports_are_bounded_together(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"p{number}.lark").write_text(f"//{'x' * 400_000}\nX{number}: /x/\n")
    names = "".join(f"%import .p{number}.X{number}\n" for number in range(6))
    with pytest.raises(GrammarError, match=r"cannot import p\d.lark: imports have more than 2,000,000"):
        load_grammar(bare_language(f"start: X0\n{names}", tmp_path))


@unix
@pytest.mark.parametrize("name", ["grammar.lark", "queries/a.scm", "docs/a.md"])
@pytest.mark.parametrize("kind", [*SPECIAL[:2], "/etc/hostname"])
def test_a_bundle_of_which_a_file_is_none_of_its_own_is_left_out_in_one_line(
    make_bundle: MakeBundle, name: str, kind: str
) -> None:
    folder = make_bundle()
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    made(path.parent, kind, path.name)
    [problem] = load_registry([folder]).problems
    assert str(problem).startswith(f"{path}: ")
    assert "leads out of" in str(problem) or REFUSED in str(problem)


def test_the_examples_of_a_bundle_are_its_own_and_so_many_bytes(
    make_bundle: MakeBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lsp_server.languages.language.EXAMPLES", 10)
    folder, other = make_bundle(), tmp_path / "other"
    for name, size in (("a", 6), ("b", 5), ("c", 4)):
        (other / name).parent.mkdir(exist_ok=True)
        (other / name).write_text("x" * size)
    (folder / "examples").symlink_to(other)
    assert load_bundle(folder).examples == {}
    (folder / "examples").unlink()
    other.rename(folder / "examples")
    assert [path.name for path in load_bundle(folder).examples] == ["a", "c"]


@unix
def test_the_index_of_a_workspace_passes_over_what_is_no_regular_file(tmp_path: Path) -> None:
    (tmp_path / "outside.tf").write_text("secret = 1\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.tf").write_text("a = 1\n")
    for number, kind in enumerate((*SPECIAL, str(tmp_path / "outside.tf"), str(tmp_path))):
        made(root, kind, f"{number}.tf")
    found = scan([root], load_registry(), Index(), lambda: False)
    assert list(found.files) == [root / "a.tf"]


# ---- Nothing else opens files

OPENERS = {
    "open",
    "os.open",
    "io.open",
    "os.fdopen",
    "codecs.open",
    "read_text",
    "read_bytes",
    "from_file",
    "load_file",
    "safe_open",
    "json.load",
    "tomllib.load",
    "np.load",
    "np.fromfile",
    "torch.load",
    "mmap.mmap",
    "pkgutil.get_data",
    "load_cert_chain",
}

ALLOWED = {
    "authoring/bundle.py: target.open": "writes the files of a new bundle",
    "cli/app.py: os.open": "the null device, for a reader of the output that has gone",
    "agreement/confined.py: os.fdopen": "a copy of the standard output",
    "agreement/confined.py: os.open": "the null device, in place of the standard output",
    "models/llama.py: load_file": "maps the weights in a folder that the user named",
    "opening.py: os.fdopen": "writes",
    "opening.py: os.open": "this is it",
    "playground/site.py: webbrowser.open": "an address of ours, in the browser of the person",
    "server/app.py: os.fdopen": "a copy of the standard output",
    "server/network/admission.py: context.load_cert_chain": "what was read just before, of a regular file",
    "training/checkpoint.py: load_file": "weights of the user's own run",
    "training/checkpoint.py: safe_open": "weights of the user's own run",
}

NO_FILES = ("file.open", "self._file.open", "server.session.open", "self._open")
"""Documents are opened too, in sessions and in emulated editors."""


def _openings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            method = isinstance(node.func, ast.Attribute)
            if name in NO_FILES or name in ("read_text", "read_bytes"):
                continue
            if name in OPENERS or (method and name.rpartition(".")[2] in OPENERS):
                yield f"{path.relative_to(PACKAGE).as_posix()}: {name}"


def test_nothing_else_in_the_package_opens_a_file() -> None:
    found = {opening for path in PACKAGE.rglob("*.py") for opening in _openings(path)}
    assert found == set(ALLOWED)
