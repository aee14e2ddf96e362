"""Finds what helps to write a text: files near it, and passages that are about the same.

- `nearby`: the texts that stand nearest to one, by folder
- `passages`: cuts texts at top-level elements, and Markdown at headings; `sources` says which texts
- `words`, `store`: an index on disk of words and passages (BM25)
- `asking`: what is asked for at a cursor; what a comment above it says
- `looking_up`: what was found, and what of it is used
- `prompting`, `deciding`: passages as comments before a text, and whether that pays
"""

from lsp_server.retrieval.asking import Question, comment_above
from lsp_server.retrieval.deciding import PassageSigns, signs_of_passages
from lsp_server.retrieval.looking_up import LookedUp, look_up
from lsp_server.retrieval.nearby import around, nearest, with_examples
from lsp_server.retrieval.passages import Passage, PassageOrigin, passages_of
from lsp_server.retrieval.prompting import commented, passages_before
from lsp_server.retrieval.sources import bundle_texts, folder_texts, workspace_texts
from lsp_server.retrieval.store import PassageStore, SourceText, store_path
from lsp_server.retrieval.words import parts_of, telling, words_of

__all__ = [
    "LookedUp",
    "Passage",
    "PassageOrigin",
    "PassageSigns",
    "PassageStore",
    "Question",
    "SourceText",
    "around",
    "bundle_texts",
    "comment_above",
    "commented",
    "folder_texts",
    "look_up",
    "nearest",
    "parts_of",
    "passages_before",
    "passages_of",
    "signs_of_passages",
    "store_path",
    "telling",
    "with_examples",
    "words_of",
    "workspace_texts",
]
