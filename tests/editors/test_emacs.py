"""A real Emacs with the lines of the README and nothing else: keys go in, Lisp tells what comes of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_server.languages.cases import CURSOR
from tests.conftest import MakeBundle
from tests.editors.conftest import Home, lines_for_one_of_ones_own, lines_to_copy, needed, until
from tests.editors.situations import CURSORS, SITUATIONS, Accepted, Situation, best_of, check, name_of
from tests.editors.terminal import Terminal
from tests.editors.typing import Edit, check_typed, type_out

_ERRORS = """
(vconcat (mapcar (lambda (error) (vector (line-number-at-pos (flymake-diagnostic-beg error))
                                         (flymake-diagnostic-text error)))
                 (flymake-diagnostics)))
"""

# What a package that shows entries beside the cursor, such as company or corfu, asks Eglot for: what is said
# beside each entry, the likeliest first.
_TOLD = """
(condition-case nil
 (pcase-let* ((eglot--capf-session :none) ; it remembers a list that was made before the model was there
             (`(,start ,_ ,table . ,about) (eglot-completion-at-point))
             (typed (buffer-substring-no-properties start (point)))
             (sort (alist-get 'display-sort-function (cdr (funcall table typed nil 'metadata))))
             (told (plist-get about :annotation-function)))
  (vconcat (mapcar (lambda (entry) (string-trim (or (funcall told entry) "")))
                   (funcall sort (all-completions typed table)))))
 (jsonrpc-error [])) ; no answer yet
"""


class Emacs:
    """One running Emacs, in a terminal."""

    def __init__(self, program: str, home: Home, *, served: bool = True) -> None:
        self._home, self._socket = home, home.path / "sockets" / "emacs"
        self._served = served
        self._socket.parent.mkdir(mode=0o700)
        start = f'(progn (setq server-name "{self._socket}") (server-start))'
        self.terminal = Terminal([program, "-nw", "--eval", start], home)
        until("Emacs", self._socket.exists)

    def lisp(self, form: str) -> Any:
        """What a form gives in the buffer that is to be seen, as JSON."""
        told = f"(json-serialize {form} :null-object nil)"
        code = f"(with-current-buffer (window-buffer) (decode-coding-string {told} 'utf-8))"
        command = ["emacsclient", "--socket-name", str(self._socket), "--eval", code]
        done = subprocess.run(
            command, env=self._home.environment, check=False, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(json.loads(done.stdout, strict=False))

    def text(self) -> str:
        return str(self.lisp("(buffer-substring-no-properties (point-min) (point-max))"))

    def errors(self) -> list[tuple[int, str]]:
        return [(line, message) for line, message in self.lisp(_ERRORS)]

    def open(self, file: str, text: str) -> Path:
        """Open a new file, and wait for the server to know it."""
        path = self._home.new(file, text)
        self.terminal.press("C-x", "C-f")
        self.terminal.type(str(path))
        self.terminal.press("Enter")
        until(file, lambda: self.lisp("buffer-file-name") == str(path))
        if self._served:
            until("the server", lambda: self.lisp("(if (eglot-managed-p) t :false)"))
        return path

    def typed(self, edit: Edit, pause: float) -> str:
        """What becomes of a file in which is typed."""
        path = self.open(edit.file, edit.text.replace(CURSOR, ""))
        self.replace(edit.text)
        type_out(edit.keys, self._press, pause)
        self.terminal.press("C-x", "C-s")
        until("the file", lambda: not self.lisp("(if (buffer-modified-p) t :false)"))
        return path.read_text("utf-8")

    def _press(self, key: str) -> None:
        if key == "\n":
            self.terminal.press("Enter")
        else:
            self.terminal.type(key)

    def replace(self, text: str) -> None:
        """Put another text in place of the buffer's, with the cursor at its mark, if it has one."""
        before, after = text.split(CURSOR) if CURSOR in text else ("", text)
        self.lisp(f"(progn (erase-buffer) (insert {json.dumps(before + after)}) nil)")
        self.lisp(f"(progn (goto-char {len(before) + 1}) (set-window-point nil (point)) nil)")

    def complete(self) -> None:
        """`M-TAB`, and of several entries one that is not what stands there."""
        place = until("an entry", lambda: self._better())
        before = self.text()
        self.terminal.press("Escape", "Tab")
        listed = '(if (get-buffer-window "*Completions*") t :false)'
        unsure = '(if (string-search "not unique" (or (current-message) "")) t :false)'
        until("a completion", lambda: self.lisp(listed) or self.lisp(unsure) or self.text() != before)
        if not self.lisp(listed) and self.text() == before:  # what stands there is one of the entries
            self.terminal.press("Escape", "Tab")
            until("a list", lambda: self.lisp(listed))
        if self.lisp(listed):
            self.terminal.press(*["M-Down"] * place, "Escape", "Enter")
        until("the text", lambda: not self.lisp(listed) and self.text() != before)

    def _better(self) -> int | None:
        """Which entry that is, from 1; None as long as there is none."""
        place = best_of(self.lisp(_TOLD))
        return None if place is None else place + 1


@pytest.fixture(scope="module")
def emacs(home: Home) -> Iterator[Emacs]:
    program = needed("emacs", "apt-get install --no-install-recommends emacs-nox")
    home.write(".emacs.d/init.el", lines_to_copy("emacs"))
    editor = Emacs(program, home)
    yield editor
    editor.terminal.close()


@pytest.mark.parametrize("situation", SITUATIONS, ids=name_of)
def test_errors_come_and_go(emacs: Emacs, situation: Situation) -> None:
    emacs.open(situation.file, situation.broken)
    [(line, message)] = until("an error", emacs.errors)
    assert line == 2, message
    assert "expected" in message
    emacs.replace(situation.repaired)
    until("no error", lambda: not emacs.errors())


@pytest.mark.parametrize(("situation", "text"), CURSORS, ids=name_of)
def test_an_entry_is_put_in_place(emacs: Emacs, situation: Situation, text: str) -> None:
    emacs.open(situation.file, situation.repaired)
    emacs.replace(text)
    emacs.complete()
    check(situation, text, Accepted(emacs.text()))


def test_what_is_typed_comes_out_as_typed(emacs: Emacs, plain_home: Home) -> None:
    plain_home.write(".emacs.d/init.el", lines_to_copy("emacs") + "(fset 'eglot-ensure #'ignore)\n")
    plain = Emacs(
        needed("emacs", "apt-get install --no-install-recommends emacs-nox"), plain_home, served=False
    )
    check_typed(emacs.typed, plain.typed)
    plain.terminal.close()


def test_the_lines_for_a_language_of_ones_own_name_the_server(home: Home, make_bundle: MakeBundle) -> None:
    program = needed("emacs", "apt-get install --no-install-recommends emacs-nox")
    lines = home.write("own.el", lines_for_one_of_ones_own("emacs", make_bundle(), home))
    look_up = "(print (list major-mode (eglot--lookup-mode major-mode)))"
    words = ["--batch", "-l", str(lines), "-l", "eglot", str(home.new("f.calc", "")), "--eval", look_up]
    told = subprocess.run(
        [program, *words], env=home.environment, capture_output=True, encoding="utf-8", check=True
    )
    assert '(holegram-calc-mode (((holegram-calc-mode . "calc")) "holegram" "--bundles" ' in told.stdout
