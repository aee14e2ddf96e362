"""Emacs, 30 and later, with its own client Eglot: `init.el`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.editors.quoting import quoted
from lsp_server.languages import Language

_LINES = """
(pcase-dolist (`(,mode ,name ,comment ,file ,files)
               '(ROWS))
  (unless (fboundp mode) ; derived from what Emacs has for such a file
    (eval `(define-derived-mode ,mode ,(or (assoc-default file auto-mode-alist #'string-match) 'prog-mode)
             ,name (setq-local comment-start ,comment) (eglot-ensure))))
  (add-to-list 'auto-mode-alist (cons files mode)))
(with-eval-after-load 'eglot (add-to-list 'eglot-server-programs '((MODES) COMMAND)))
"""


def lines(languages: Sequence[Language], command: Sequence[str]) -> str:
    """A mode for each language, in which the server is started; one server for all of a project."""
    rows = "\n                 ".join(map(_row, languages))
    modes = " ".join(f'({_mode(language)} :language-id "{language.id}")' for language in languages)
    words = " ".join(map(quoted, command))
    return _LINES.lstrip().replace("ROWS", rows).replace("MODES", modes).replace("COMMAND", words)


def _row(language: Language) -> str:
    """Mode, name, what opens a comment, a path of such a file, and an expression for paths of such files."""
    claims = [*language.extensions, *(f"/{filename}" for filename in language.filenames)]
    files = r"\(?:" + r"\|".join(re.sub(r"([.*+?^$\[\\])", r"\\\1", claim) for claim in claims) + r"\)\'"
    comment = next(iter(language.comment.line), "")
    texts = (language.name, f"{comment} ".lstrip(), f"/x{claims[0]}" if claims else "", files)
    return f"({_mode(language)} {' '.join(map(quoted, texts))})"


def _mode(language: Language) -> str:
    return f"holegram-{language.id}-mode"
