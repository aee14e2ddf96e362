"""Where a text that follows a cursor is known to be read as it was, whatever was typed at the cursor."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.syntax import Landmarks

_MOST = 4
"""So many elements after a cursor are looked for by one who reads on there."""


def resumes(landmarks: Landmarks, offset: int) -> Iterator[int]:
    """Where the next few elements after a cursor begin; none where something may be wrong after it."""
    known = landmarks.soundest
    start = known.next_element(offset)
    if start is None or known.has_error_after(start):
        return
    for _ in range(_MOST):
        if start is None:
            return
        yield start
        start = known.next_element(start + 1)
