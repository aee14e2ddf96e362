"""What is cancelled while it is at work, at a moment that depends on no clock."""

from __future__ import annotations


class Countdown:
    """Is up after it was asked so many times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self.times
