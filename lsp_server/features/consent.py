"""What must agree to a text besides the oracle: the syntax tree, and what is known of what is not wanted."""

from __future__ import annotations

from collections import Counter

from lsp_server.cache import cached_property
from lsp_server.constraint import CursorState, Fit, Oracle
from lsp_server.features.reasons import Filter
from lsp_server.features.trials import Trials
from lsp_server.features.unwanted import Unwanted
from lsp_server.syntax import Landmarks, SyntaxTree
from lsp_server.text import Edit, Span

_MOST_REFUSALS = 24


class Consent:
    """What is said of texts at one cursor; `refusals` counts those that were refused, by what refused them.

    The tree has no say where there are mistakes that a text leaves as they are: how it reads those is a guess
    of its own. Nor has it where the whole fits, and the tree has `misread` what stands above the line.

    Args:
        text: the document.
        landmarks: of the document.
        oracle: that of the place.
        state: the state of the cursor.
        unwanted: what is not wanted there, whatever fits.
        trials: make the trees of the document with a text.

    """

    def __init__(
        self,
        text: str,
        landmarks: Landmarks,
        oracle: Oracle,
        state: CursorState,
        unwanted: Unwanted,
        trials: Trials,
    ) -> None:
        self._text = text
        self._landmarks = landmarks
        self._oracle = oracle
        self._state = state
        self._unwanted = unwanted
        self._trials = trials
        self._known: dict[str, bool] = {}
        self._joined: tuple[str, SyntaxTree] | None = None
        self.refusals: Counter[Filter] = Counter()

    def to(self, text: str) -> bool:
        """Whether a text that the oracle takes is agreed to; after some refusals none is any more.

        Raises:
            StoppedError: that takes too long to tell, or is not wanted any more.

        """
        known = self._known.get(text)
        if known is None:
            fit = self._oracle.fit(text)
            refusal = self._of_tree(text, fit) or self._unwanted.why(text, self._tree_with)
            known = self._known[text] = refusal is None
            if refusal is not None:
                self.refusals[refusal] += 1
        return known

    def _of_tree(self, text: str, fit: Fit) -> Filter | None:
        # The joined text most often has no error, and its tree is soon made; the document as it stands is
        # broken, and to parse that may cost more than all the rest.
        if fit.excused or self._state.repairs:
            return None
        tired = self.refusals.total() >= _MOST_REFUSALS
        if (not tired and self._tree_takes(text, fit)) or (fit.complete and self._misread):
            return None
        return Filter.REFUSALS if tired else Filter.TREE

    @cached_property
    def _misread(self) -> bool:
        """Whether the tree sees an error between the state's anchor and the cursor's line."""
        read = Span(self._state.anchor, self._state.line)
        problems = self._landmarks.current.problems
        return any(read.start <= problem.span.start and problem.span.end <= read.end for problem in problems)

    def _tree_takes(self, text: str, fit: Fit) -> bool:
        """Whether the document with the text inserted has no more syntax errors than without.

        Where there are others, or the document had not come to its end before either, their number says
        little, since what is wrong is read differently after each edit: then none may be inside the text.
        """
        offset, landmarks, tree = self._state.cursor, self._landmarks, self._tree_with(text)
        # The document as it stands is asked about last: where a bracket is open, all after it is read anew.
        if not tree.error_count or tree.error_count <= (errors := landmarks.current.error_count):
            return True
        end = offset + len(text)
        doubtful = (fit.unfinished and errors > 0) or self._is_wrong_elsewhere
        return doubtful and not any(
            offset < problem.span.start and problem.span.end < end for problem in tree.problems
        )

    @cached_property
    def _is_wrong_elsewhere(self) -> bool:
        """Whether the tree shows an error outside the cursor's line."""
        start, end = self._state.line, self._text.find("\n", self._state.cursor)
        end = len(self._text) if end < 0 else end
        problems = self._landmarks.current.problems
        return any(problem.span.end < start or problem.span.start > end for problem in problems)

    def _tree_with(self, text: str) -> SyntaxTree:
        """The tree of the document with a text inserted; that asked for last is kept."""
        if self._joined is None or self._joined[0] != text:
            offset = self._state.cursor
            joined = self._text[:offset] + text + self._text[offset:]
            tree = self._trials.edited(Edit(Span(offset, offset), text), joined)
            self._joined = text, tree
        return self._joined[1]
