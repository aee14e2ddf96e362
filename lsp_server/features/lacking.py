"""What a document lacks below the cursor, whatever stands in the cursor's line.

In a block that an editor has closed already no line fits as long as the block lacks a part that it must have.
So a suggestion is asked for as if that part stood below the line: it leaves the document as it is without the
line, and lacks nothing more. Must not know how one is made.
"""

from __future__ import annotations

from collections.abc import Callable

from lsp_server.decoding import heal_start
from lsp_server.features.attempt import CompletionRequest
from lsp_server.features.placing import NoPlace, place_of
from lsp_server.features.preparing import oracle_at
from lsp_server.text import Edit, Span


def lacking(request: CompletionRequest, stopped: Callable[[], bool]) -> str:
    """Fixed lexemes that have to follow the cursor's line, of whole parts; "" if none do, or others have to.

    Raises:
        StoppedError: it was cancelled.

    """
    start = request.text.rfind("\n", 0, request.offset) + 1
    line = Span(start, request.offset)
    if request.text[request.offset :].partition("\n")[0].strip():
        return ""
    prefix = request.prefix_or_new.without(line)
    landmarks = request.landmarks.seen_after((Edit(line, ""),), prefix.text)
    place = place_of(prefix, landmarks, start, heal_start(prefix.text, start), stopped)
    if isinstance(place, NoPlace):
        return ""
    oracle = oracle_at(prefix, landmarks, start, place, stopped)
    lack = "" if oracle.fit("").good else oracle.closing("") or ""
    # What leaves a bracket open is for what stands below: the beginning of a part, and no whole one.
    is_whole = all(lack.count(opener) == lack.count(closer) for opener, closer in request.language.brackets)
    return lack if is_whole else ""


def with_lack(request: CompletionRequest, lack: str) -> CompletionRequest:
    """A request in the text that has below the cursor's line what it lacks."""
    end = request.text.find("\n", request.offset)
    place = len(request.text) if end < 0 else end
    return request.edited(Edit(Span(place, place), f"\n{lack}"))
