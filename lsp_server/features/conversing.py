"""What a model that follows instructions is told: the language, what is like what is wished, what there is.

Must not know how a model spells a conversation.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.decoding.model import Message
from lsp_server.languages import Language
from lsp_server.retrieval import LookedUp, Passage

_WISH, _AROUND, _EXAMPLE = 4_000, 1_600, 900
"""Characters of an instruction, of the text around a cursor, and of an example, that a model is told."""

_EXAMPLES = 4
FENCE = "```"


def conversation(
    language: Language, instruction: str, text: str, offset: int, looked_up: LookedUp | None
) -> list[Message]:
    """The messages up to the one that the model is to write, whose beginning is `FENCE` and a line end."""
    found = () if looked_up is None else looked_up.found
    examples = [one.passage for one in found if one.passage.code and one.passage.said][:_EXAMPLES]
    messages: list[Message] = []
    for passage in reversed(examples):
        messages.append(Message("user", _asked(language, passage.said)))
        messages.append(Message("assistant", f"{FENCE}\n{passage.code[:_EXAMPLE].strip()}\n{FENCE}"))
    bare = [one.passage for one in found if one.passage.code and not one.passage.said][:_EXAMPLES]
    messages.append(Message("user", _asked(language, instruction) + _beside(text, offset, bare)))
    return messages


def _asked(language: Language, instruction: str) -> str:
    return f"Write {language.name} code. Answer with the code alone.\n{instruction[:_WISH].strip()}"


def _beside(text: str, offset: int, bare: Sequence[Passage]) -> str:
    told = ""
    around = (text[max(0, offset - _AROUND) : offset] + text[offset : offset + _AROUND // 4]).strip()
    if around:
        told += f"\n\nIt has to fit this file:\n{FENCE}\n{around}\n{FENCE}"
    shown = "\n\n".join(passage.code[:_EXAMPLE].strip() for passage in bare)
    if shown:
        told += f"\n\nOther files have:\n{FENCE}\n{shown[: 2 * _AROUND]}\n{FENCE}"
    return told
