"""Why nothing is suggested, in the words in which a person is told; what is said of it elsewhere is in them.

Imports nothing of the other rooms, so that a server which has not suggested anything yet can say it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

IN_COMMENT = "the cursor is in a comment"
GUESSED = "too much is wrong there to tell what is meant"
"""With what the reason ends where that is so."""

NOTHING_TO_ADD = "the model has nothing to add"
NOT_MEANT = "what the model would write does not fit here (ask for suggestions to have others tried)"
NOTHING_FITS = "the model found nothing that fits before the text after the cursor"
NOTHING_CAN_FIT = "nothing typed here can make the text after the cursor fit"
UNSURE = "below confidence: the likeliest text is not likely enough to be shown"

CANCELLED = "cancelled"
OVERTAKEN = "cancelled: another request overtook it"
UNWANTED = "cancelled: nobody waits for it any more"
FAILED = "it failed; the log says why"
PENDING = "it is still being made"

NO_DOCUMENT = "no language is known for this file, or it is not open"
NO_PLACE = "there is no such place in the document"
CHANGED = "the document has changed since"
OFF = "suggestions are turned off (holegram.completion.enabled)"
UNLOADED = "the model is not loaded; the next suggestion loads it"
LOADING = "the model is being loaded"


class Filter(StrEnum):
    """What may drop a text that was decoded and that the grammar allows."""

    TREE = "the syntax tree refuses what the grammar allows"
    REFUSALS = "so many texts were refused that no other is asked about"
    REPAIRS = "with what fits here no single change elsewhere would mend the document"
    PROOF = "it is not certain that with what fits here a single change elsewhere mends the document"
    REPEATS = "the model does nothing but repeat itself"
    AGAIN = "it says again what may stand there only once"
    ABOVE = "it is the line above once more"
    FOLLOWS = "it repeats what follows the cursor"
    PUT_BACK = "it puts back what was just deleted"
    GLUED = "it glues another word to the letters at the cursor"
    UNMEANT = "the model hardly means what fits here (ask for suggestions to be shown it)"


def filtered(filters: Iterable[Filter]) -> str:
    """The reason that is one filter, or several."""
    return f"filtered: {'; '.join(filters)}"


def timed_out(ms: float) -> str:
    """The reason that is a limit of time, which was come to after so many milliseconds."""
    return f"timed out: nothing that fits was found in {ms:.0f} ms"
