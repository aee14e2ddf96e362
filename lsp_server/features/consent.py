"""What must agree to a text besides the oracle: the syntax tree, and what is known of mistakes."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from lsp_server.constraint import CursorState, Fit, Oracle, Proof, Repairs
from lsp_server.features.reasons import Filter
from lsp_server.features.unwanted import Unwanted
from lsp_server.features.versions import Version
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Edit, Span

_MOST_REFUSALS = 24


class Consent:
    """What is said of texts at one cursor; `refusals` counts those that were refused, by what refused them.

    Where what stands before the cursor had to be mended to be read, the tree has no say: how it reads that
    is a guess of its own. Nor has it where the whole fits, and the tree has `misread` what stands before the
    cursor's line, nothing of which had to be mended. Where there is a mistake in what a text was tried in,
    it must leave the document one change from a valid one, as far as that can be told.

    Args:
        version: what the text is tried in, the document or a changed version of it.
        oracle: that of the place.
        state: the state of the cursor.
        repairs: those of the document, if they are known.
        unwanted: what is not wanted there, whatever fits.
        changed: whether it is a changed one.
        nearly: whether there is certainly a mistake in the document, and proof is wanted.

    """

    def __init__(
        self,
        version: Version,
        oracle: Oracle,
        state: CursorState,
        repairs: Repairs | None,
        unwanted: Unwanted,
        *,
        changed: bool,
        nearly: bool,
    ) -> None:
        self._version = version
        self._oracle = oracle
        self._state = state
        self._repairs = repairs
        self._unwanted = unwanted
        self._changed = changed
        self._nearly = nearly
        self._known: dict[str, bool] = {}
        self._joined: tuple[str, SyntaxTree] | None = None
        self.refusals: Counter[Filter] = Counter()

    def to(self, text: str) -> bool:
        """Whether a text that the oracle takes is agreed to; after some refusals none is any more."""
        known = self._known.get(text)
        if known is None:
            fit = self._oracle.fit(text)
            refusal = (
                self._of_tree(text, fit)
                or self._of_repairs(text, fit)
                or self._unwanted.why(text, self.tree_with)
            )
            known = self._known[text] = refusal is None
            if refusal is not None:
                self.refusals[refusal] += 1
        return known

    def _of_tree(self, text: str, fit: Fit) -> Filter | None:
        # The joined text most often has no error, and its tree is soon made; the document as it stands is
        # broken, and to parse that may cost more than all the rest.
        tired = self.refusals.total() >= _MOST_REFUSALS
        if (
            self._state.mended
            or (not tired and self._tree_takes(text, fit))
            or (fit.complete and not fit.excused and self._misread)
        ):
            return None
        return Filter.REFUSALS if tired else Filter.TREE

    def _of_repairs(self, text: str, fit: Fit) -> Filter | None:
        if self._repairs is None or not (self._changed or self._state.mended or fit.excused):
            return None
        proof = self._repairs.proof(text)
        if self._nearly:
            return None if proof is Proof.SOUND else Filter.PROOF
        return Filter.REPAIRS if proof is Proof.UNSOUND else None

    @cached_property
    def _misread(self) -> bool:
        """Whether the tree sees an error between the state's anchor and the cursor's line."""
        read = Span(self._state.anchor, self._state.line)
        problems = self._version.landmarks.current.problems
        return any(read.start <= problem.span.start and problem.span.end <= read.end for problem in problems)

    def _tree_takes(self, text: str, fit: Fit) -> bool:
        """Whether the document with the text inserted has no more syntax errors than without.

        Where one is excused, or the document had not come to its end before either, their number says little,
        since what is wrong is read differently after each edit: then there must be none inside the text.
        """
        offset, landmarks, tree = self._version.offset, self._version.landmarks, self.tree_with(text)
        # The document as it stands is asked about last: where a bracket is open, all after it is read anew.
        if not tree.error_count or tree.error_count <= (errors := landmarks.current.error_count):
            return True
        end = offset + len(text)
        return (fit.excused or (fit.unfinished and errors > 0)) and not any(
            offset < problem.span.start and problem.span.end < end for problem in tree.problems
        )

    def tree_with(self, text: str) -> SyntaxTree:
        """The tree of the document with a text inserted; that asked for last is kept."""
        if self._joined is None or self._joined[0] != text:
            offset, whole = self._version.offset, self._version.text
            joined = whole[:offset] + text + whole[offset:]
            tree = self._version.landmarks.edited(Edit(Span(offset, offset), text), joined)
            self._joined = text, tree
        return self._joined[1]
