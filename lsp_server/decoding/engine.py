"""Token masks from a hole grammar: a thin coat over llguidance, which no other room knows, or `plain`."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lsp_server.decoding.model import Vocabulary
from lsp_server.decoding.plain import HoleReader, PlainMask, TokenTree
from lsp_server.decoding.tokenset import TokenSet

try:
    from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper
    from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask
except ModuleNotFoundError:  # as in a browser
    _IS_HERE = False
else:
    _IS_HERE = True

_MOST_KEPT = 32
_KEPT = 600_000
"""So many grammars are kept compiled, and so many characters of them: each takes 40 bytes of memory."""


@dataclass(slots=True)
class _Compiled:
    """A grammar at its beginning, and at the end of the lead that was fed to it last."""

    start: Mask
    lead: str
    led: Mask


_ROOM = 64 << 20
"""Bytes of stack, several times what the deepest hole grammar wants; only those count that are used."""


class MaskError(ValueError):
    """The engine cannot take a grammar; the text says why."""


class _Tokenizer:
    """A vocabulary in the shape that llguidance's `TokenizerWrapper` asks for."""

    bos_token_id = None

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.eos_token_id = vocabulary.end
        self.tokens = [
            token if index not in vocabulary.special else f"<|special {index}|>".encode()
            for index, token in enumerate(vocabulary.tokens)
        ]
        self.special_token_ids = sorted(vocabulary.special)
        self._encode = vocabulary.encode

    def __call__(self, text: bytes) -> list[int]:
        return self._encode(text.decode("utf-8", "replace"))


class MaskEngine:
    """Compiles hole grammars for one vocabulary, and keeps the ones used last.

    Args:
        vocabulary: that of the model.
        plain: whether to do without llguidance, as in a browser; what is allowed is the same.

    """

    def __init__(self, vocabulary: Vocabulary, *, plain: bool = not _IS_HERE) -> None:
        self._size = len(vocabulary)
        self._tokenizer: LLTokenizer | None = None
        self._holes = HoleReader()
        self._tree = TokenTree(vocabulary)
        if not plain:
            self._tokenizer = LLTokenizer(TokenizerWrapper(_Tokenizer(vocabulary)), n_vocab=len(vocabulary))
        self._compiled: OrderedDict[str, _Compiled] = OrderedDict()
        self._characters = 0

    def mask(self, grammar: str, lead: str = "") -> Mask:
        """A mask in a grammar after a lead, which is text that stands already.

        A lead that goes on where the one before ended, as when a person types, costs only what is new.

        Raises:
            MaskError: the engine refuses the grammar, or the lead does not fit it.
        """
        compiled = self._compile(grammar)
        goes_on = lead.startswith(compiled.lead)
        mask = (compiled.led if goes_on else compiled.start).copy()
        if not mask.feed(lead[len(compiled.lead) :] if goes_on else lead):
            raise MaskError("the lead does not fit the grammar")
        compiled.lead, compiled.led = lead, mask.copy()
        return mask

    def _compile(self, grammar: str) -> _Compiled:
        compiled = self._compiled.get(grammar)
        if compiled is None:
            start = self._begin(grammar)
            compiled = self._compiled[grammar] = _Compiled(start, "", start)
            self._characters += len(grammar)
            while len(self._compiled) > 1 and (len(self._compiled) > _MOST_KEPT or self._characters > _KEPT):
                self._characters -= len(self._compiled.popitem(last=False)[0])
        self._compiled.move_to_end(grammar)
        return compiled

    def _begin(self, grammar: str) -> Mask:
        tokenizer = self._tokenizer
        if tokenizer is None:
            return PlainMask(self._tree, self._holes.read(grammar))
        matcher = _with_room(lambda: LLMatcher(tokenizer, grammar, log_level=0))
        if matcher.is_error():
            raise MaskError(matcher.get_error())
        return LlguidanceMask(matcher, tokenizer, self._size)


def _with_room(make: Callable[[], LLMatcher]) -> LLMatcher:
    """Make a matcher where the engine's recursion has room: it goes as deep as rules refer to each other."""
    found: list[LLMatcher] = []
    before = threading.stack_size(_ROOM)
    try:
        thread = threading.Thread(target=lambda: found.append(make()), name="engine")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    return found[0]


class LlguidanceMask:
    """A mask that llguidance makes."""

    def __init__(self, matcher: LLMatcher, tokenizer: LLTokenizer, size: int) -> None:
        self.matcher = matcher
        self._tokenizer = tokenizer
        self._size = size

    def copy(self) -> LlguidanceMask:
        """A mask at the same position, which goes its own way from here."""
        return LlguidanceMask(self.matcher.deep_copy(), self._tokenizer, self._size)

    def feed(self, text: str) -> bool:
        """Consume text that stands already; False, with nothing consumed, where it does not fit."""
        return not text or self.consume(self._tokenizer.tokenize_bytes(text.encode("utf-8", "replace")))

    def follow(self, tokens: Sequence[int]) -> int:
        """Consume tokens up to one that is not allowed; how many there were."""
        taken: int = self.matcher.try_consume_tokens([*tokens])
        return taken

    def consume(self, tokens: Sequence[int]) -> bool:
        """Consume tokens; False, with nothing consumed, where one is not allowed."""
        taken = self.follow(tokens)
        if taken < len(tokens):
            self.matcher.rollback(taken)
            return False
        return True

    def takes(self, token: int) -> bool:
        """Whether one token may come next; much faster than to find all that may."""
        return bool(self.matcher.validate_tokens([token]) == 1)

    def complete(self) -> bool:
        """Whether what was consumed is all that the grammar asks for."""
        return bool(self.matcher.is_accepting())

    def rollback(self, count: int) -> None:
        """Take back the last `count` tokens."""
        if count:
            self.matcher.rollback(count)

    def allowed(self) -> TokenSet:
        """The tokens that may come next."""
        bits = allocate_token_bitmask(1, self._size)
        fill_next_token_bitmask(self.matcher, bits)
        return TokenSet(bits[0].view(np.uint32))


Mask = LlguidanceMask | PlainMask
"""Which tokens may come next; one position in one hole grammar."""
