"""Offsets, spans, edits, lines and documents; knows no language and no protocol.

An offset counts code points of a Python string from 0. Positions in other units exist only at the
edges of the program, and `LineIndex` is the one place that converts them.
"""

from lsp_server.text.deleted import Deleted, put_back
from lsp_server.text.files import decode_text, read_text
from lsp_server.text.lines import Encoding, LineIndex
from lsp_server.text.snapshot import Edit, Snapshot, Span, apply_edits, joined, last_jump
from lsp_server.text.words import common, first_word, word_at, words_at

__all__ = [
    "Deleted",
    "Edit",
    "Encoding",
    "LineIndex",
    "Snapshot",
    "Span",
    "apply_edits",
    "common",
    "decode_text",
    "first_word",
    "joined",
    "last_jump",
    "put_back",
    "read_text",
    "word_at",
    "words_at",
]
