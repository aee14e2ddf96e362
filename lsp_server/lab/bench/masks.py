"""The mask that a suggestion may need at a cursor: it is made only where the model does not know better."""

from __future__ import annotations

from lsp_server.constraint import Prefix
from lsp_server.decoding import Mask, Model, Statistics
from lsp_server.features.preparing import decoder_of, holes_at, settle
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks


def mask_at(
    language: Language,
    landmarks: Landmarks,
    prefix: Prefix,
    offset: int,
    model: Model,
    statistics: Statistics | None = None,
) -> Mask | None:
    """The mask that a suggestion at a cursor may need, if something can be suggested there.

    Args:
        language: of the text.
        landmarks: of the text.
        prefix: of the text.
        offset: the cursor.
        model: which is not asked for anything.
        statistics: what it costs is added to them.

    """
    place = settle(landmarks, prefix, offset, model)
    if place is None:
        return None
    return decoder_of(model).mask(holes_at(language, prefix.text, place), statistics or Statistics())
