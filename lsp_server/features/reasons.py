"""Why nothing is suggested, in the words in which a person is told; what is said of it elsewhere is in them.

Imports nothing of the other rooms, so that a server which has not suggested anything yet can say it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

IN_COMMENT = "the cursor is in a comment"
"""With what the reason ends where that is so."""

OUTSIDE = "the cursor is in text that is not in the language"

TOO_DEEP = "the cursor is nested too deeply: in more than {:,} parts of the text that are not at their end"

TOO_LONG = "it takes too long to read the text"

NOTHING_TO_ADD = "the model has nothing to add"
NOT_MEANT = "what the model would write does not fit here (trigger a suggestion by hand to see others)"
NOTHING_FITS = "the model found no text that fits between what is before and what is after the cursor"
NO_EXAMPLE = "no example is about this; a model that follows instructions can write it"
NOTHING_CAN_FIT = "nothing you type here can make the text after the cursor fit"
UNSURE = "the model is not sure enough (trigger a suggestion by hand to see its best text)"

CANCELLED = "the request was cancelled"
OVERTAKEN = "the request was cancelled: a newer one took its place"
UNWANTED = "the request was cancelled: the editor no longer waits for it"
FAILED = "an error stopped the request; the log has the details"
PENDING = "the request is still being worked on"

NO_DOCUMENT = "this file is not open, or Holegram does not know its language"
NO_PLACE = "the document has no such position"
CHANGED = "the document was edited in the meantime"
OFF = "suggestions are turned off (setting holegram.completion.enabled or holegram.completion.off)"
ONLY_ASKED = "you get suggestions only when you ask (setting holegram.completion.eagerness)"
UNLOADED = "the model is not in memory; the next suggestion loads it"
LOADING = "the model is still loading"


class Filter(StrEnum):
    """What may drop a text that was decoded and that the grammar allows."""

    TREE = "the syntax tree would have a new error"
    REFUSALS = "too many texts had failed before, so no more were checked"
    REPEATS = "the model only repeats itself"
    AGAIN = "it says again what may stand there only once"
    DECLARED = "it declares again what is declared elsewhere"
    ABOVE = "it repeats the line above"
    FOLLOWS = "it repeats what follows the cursor"
    BEGINS_COMMENT = "it begins a comment"
    PUT_BACK = "it puts back what you just deleted"
    GLUED = "it glues another word to the letters at the cursor"
    ITSELF = "it compares something with itself"
    UNMEANT = (
        "the model would rather write something that does not fit (trigger a suggestion by hand to see it)"
    )
    UNSURE = "the model is not sure enough"
    GONE = "you have just typed over this suggestion"


def filtered(filters: Iterable[Filter]) -> str:
    """The reason where one filter or several dropped all texts."""
    return f"every text that fits was dropped: {'; '.join(filters)}"


def timed_out(ms: float) -> str:
    """The reason that is a limit of time, which was come to after so many milliseconds."""
    return f"time ran out: no text that fits was found in {ms:.0f} ms"
