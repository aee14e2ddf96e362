"""Asks a server, and waits for its answers for as long as it works at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsp_server.lab.served.client import PlainClient
from lsp_server.lab.served.protocol import Response

PATIENCE = 60.0
"""So many seconds of work an answer may take, and ten times as long where others have the machine."""

LATE = 5.0
"""So many seconds of work are too long for a person who waits."""

_TURN = 5.0
_EXPECTED = {-32800, -32801, -32803}
"""Answers to a question that is well put: it was cancelled, the text has changed, it is refused."""


class SoakError(Exception):
    """The server did what it must not do."""


@dataclass(frozen=True, slots=True)
class Late:
    """An answer that took more than `LATE` seconds of the server's work.

    Attributes:
        work: so many seconds.

    """

    method: str
    params: Any
    work: float


class Talk:
    """What is said to one server.

    Attributes:
        answers: how many there were so far.
        late: those that took too long.

    """

    def __init__(self, client: PlainClient) -> None:
        self.client = client
        self.answers = 0
        self.late: list[Late] = []

    def ask(self, method: str, params: Any) -> Response:
        """The answer to a question that is well put.

        Raises:
            SoakError: there is none, or an error that must not be.

        """
        answer = self.answer(self.client.request(method, params), method, params)
        must_be_right(method, answer)
        return answer

    def answer(self, number: int, method: str, params: Any) -> Response:
        """The answer to a request of a method with such parameters, whatever it is.

        Raises:
            SoakError: there is none.

        """
        answer = self._patient(number, method, params)
        if answer is None:
            raise SoakError(f"{method}: not answered" if self.client.alive else f"{method}: the server died")
        self.answers += 1
        return answer

    def _patient(self, number: int, method: str, params: Any) -> Response | None:
        """The answer to a request, waited for by the clock of the server's own work."""
        client, began = self.client, self.client.worked()
        for _ in range(int(10 * PATIENCE / _TURN)):
            answer, worked = client.wait(number, _TURN), client.worked()
            spent = began is not None and worked is not None and worked - began > PATIENCE
            if answer is not None or spent or not client.alive:
                self._note(method, params, began, worked)
                return answer
        return None

    def _note(self, method: str, params: Any, began: float | None, now: float | None) -> None:
        if began is not None and now is not None and now - began > LATE:
            self.late.append(Late(method, params, now - began))


def must_be_right(method: str, answer: Response) -> None:
    """Raise a `SoakError` of an error that is no answer to a question that is well put."""
    if answer.error is not None and answer.error.get("code") not in _EXPECTED:
        raise SoakError(f"{method}: {answer.error}")
