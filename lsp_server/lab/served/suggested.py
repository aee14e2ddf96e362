"""What a server's trace tells of a suggestion: which was remembered, and when the model's thread was done."""

from __future__ import annotations


def remembered(message: str) -> bool:
    """Whether it was known already."""
    return message.endswith(", from memory")


def worked(message: str) -> bool:
    """Whether the model's thread has come to the end of one, finished or cancelled."""
    return message.startswith("suggestion: ") and not remembered(message)


def readied(message: str) -> bool:
    """Whether it has come to the end of making a place ready, finished or left."""
    return message.startswith("place ")
