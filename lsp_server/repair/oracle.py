"""The oracle of a document that may have mistakes: what does not fit as it stands it judges by repairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from lsp_server.cache import cached_property
from lsp_server.constraint import CursorState, Fit, Grammar, Oracle, Window
from lsp_server.repair.decision import Way


class RepairingOracle(Oracle):
    """Judges texts that might be suggested at one cursor of a document that may have mistakes.

    Args:
        grammar: the language.
        text: the document.
        ways: those to read what stands before the cursor; one must take a text.
        windows: the readings of what follows the cursor, or what finds them when they are asked for.
        resumes: as `Oracle` has it.
        cancelled: asked before each lexeme that is read to judge a whole text.

    """

    def __init__(
        self,
        grammar: Grammar,
        text: str,
        ways: Sequence[Way],
        windows: Sequence[Window] | Callable[[], Sequence[Window]],
        resumes: Iterable[int] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        def oracle(state: CursorState) -> Oracle:
            return Oracle(grammar, text, state, windows, resumes, cancelled=cancelled, apart=True)

        super().__init__(grammar, text, ways[0].state, windows, resumes, cancelled=cancelled, apart=True)
        self._others = [oracle(way.state) for way in ways[1:]]
        self._ways = ways

    def viable(self, typed: str) -> bool:
        """As after any of the ways to read what stands before the cursor."""
        return super().viable(typed) or any(other.viable(typed) for other in self._others)

    def forced(self, typed: str) -> str:
        """As after the only way to read what stands before the cursor; of several, none forces anything."""
        return "" if self._others else super().forced(typed)

    @cached_property
    def _fits_as_it_is(self) -> bool:
        """Whether there is no mistake with nothing typed, so that none may be made either."""
        return any(fit.complete and not way.cost for fit, way in self._judged(""))

    def judged(self, typed: str) -> Fit:
        """How the document reads with `typed` at the cursor, mistakes elsewhere apart."""
        judged = self._judged(typed)
        for fit, way in judged:
            if fit.unfinished or (fit.complete and not way.cost):
                allowed = fit.unfinished or way.allows(typed)
                return replace(fit, excused=way.cost > 0) if allowed else Fit(stumbles=True)
        if not any(fit.complete or fit.stumbles for fit, _ in judged):
            return judged[0][0]
        if typed and self._fits_as_it_is:
            return Fit(stumbles=True)
        is_fit = any(way.repairs(typed) is not None for way in self._ways)
        return Fit(complete=is_fit, excused=is_fit, stumbles=not is_fit)

    def _judged(self, typed: str) -> list[tuple[Fit, Way]]:
        """How the document parses with `typed` at the cursor, after each of the ways."""
        fits = [super().judged(typed), *(other.judged(typed) for other in self._others)]
        return list(zip(fits, self._ways, strict=True))
