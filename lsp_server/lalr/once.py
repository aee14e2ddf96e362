"""What is worked out of a grammar is worked out once, while somebody looks at it from several sides.

Nothing is kept longer than that: files that are imported may change, and item sets are large.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from lsp_server.errors import GrammarError

Made = TypeVar("Made")

_KNOWN: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def once_only() -> Iterator[None]:
    """Within, `once` makes each thing a single time; a block inside another shares what that knows."""
    if _KNOWN.get() is not None:
        yield
        return
    token = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(token)


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What is made, or was made under that key in the same block; outside of any it is made each time.

    Raises:
        GrammarError: it cannot be made, now or then. What was stopped is tried again.

    """
    known = _KNOWN.get()
    if known is None:
        return make()
    if key not in known:
        try:
            known[key] = make()
        except GrammarError as error:
            known[key] = error
    found: Made | GrammarError = known[key]
    if isinstance(found, GrammarError):
        raise found
    return found
