"""Closers that an editor puts behind the cursor by itself, before what belongs between is there.

Behind `resource "aws_` stands a quote already, and no text fits before it: two more things have to follow it.
So a suggestion may begin again what stands there, and go on behind it. Must not know how one is made.
"""

from __future__ import annotations

from dataclasses import replace

from lsp_server.features.attempt import CompletionRequest, Suggestion
from lsp_server.languages import QUOTES, Language
from lsp_server.text import Edit, Span


def autoclosed(language: Language, text: str, offset: int) -> str:
    """The closers between a cursor and the end of its line, as an editor puts them there.

    There are none where anything else stands there, or where one closes nothing that this line opens.
    """
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    line, closers = text[start:offset], text[offset : len(text) if end < 0 else end].rstrip()
    openers = {closer: opener for opener, closer in language.brackets}
    for closer in closers:
        if closer in QUOTES:
            is_open = line.count(closer) % 2 == 1
        else:
            opener = openers.get(closer)
            is_open = opener is not None and line.count(opener) > line.count(closer)
        if not is_open:
            return ""
        line += closer
    return closers


def without(request: CompletionRequest, closers: str) -> CompletionRequest:
    """A request in the text that lacks the closers behind the cursor."""
    return request.edited(Edit(Span(request.offset, request.offset + len(closers)), ""))


def over(item: Suggestion, closers: str) -> Suggestion | None:
    """A suggestion made `without` closers, to be put in place of them; None where it does not have them.

    An editor shows as ghost text only what leaves all letters that it replaces where they are.
    """
    rest = iter(item.text)
    return replace(item, end=item.end + len(closers)) if all(one in rest for one in closers) else None
