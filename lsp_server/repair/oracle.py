"""The oracle where the document has mistakes: it judges by repairs what does not fit as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsp_server.constraint.cursor import CursorState
from lsp_server.constraint.oracle import Fit, Oracle
from lsp_server.constraint.window import Window
from lsp_server.lalr.grammar import Grammar
from lsp_server.repair.decision import Decision


class RepairingOracle(Oracle):
    """Judges texts that might be typed at one cursor of a document that may have mistakes.

    Args:
        grammar: the language.
        text: the document.
        states: the states at the cursor, by ways to read what stands before it; one must take a text.
        windows: the readings of what follows the cursor, or what finds them when they are asked for.
        decision: whether a text may stand there.
        cancelled: asked before each lexeme that is read to judge a whole text.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        states: Sequence[CursorState],
        windows: Sequence[Window] | Callable[[], Sequence[Window]],
        decision: Decision,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(grammar, text, states[0], windows, cancelled=cancelled)
        self._others = [Oracle(grammar, text, state, windows, cancelled=cancelled) for state in states[1:]]
        self._decision = decision
        self._decided: dict[str, Fit] = {}

    def viable(self, typed: str) -> bool:
        """As of any of the states."""
        return super().viable(typed) or any(other.viable(typed) for other in self._others)

    def forced(self, typed: str) -> str:
        """As of the only state; where there are several nothing has to follow."""
        return "" if self._others else super().forced(typed)

    def fit(self, typed: str) -> Fit:
        """How the document reads with `typed` at the cursor, mistakes elsewhere apart."""
        known = self._decided.get(typed)
        if known is None:
            known = self._decided[typed] = self._decide(typed)
        self.stumbled = self.stumbled or known.stumbles
        self.fitted = self.fitted or (known.complete and not known.excused)
        return known

    def _decide(self, typed: str) -> Fit:
        if not self._suffix.strip():
            fits = [self._judge(typed), *(other._judge(typed) for other in self._others)]
            return max(fits, key=lambda fit: fit.good)
        repairs = self._decision.repairs(typed)
        return Fit(complete=repairs is not None, excused=bool(repairs), stumbles=repairs is None)
