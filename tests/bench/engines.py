"""Asks one other engine what `peers.py` asks all of them. Runs in an environment of its own (`peers.txt`).

It reads a question from standard input, knows nothing of this project, and writes one JSON object a line
as soon as it is known, so that what was found out before a time limit is not lost.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Callable, Sequence
from time import process_time
from typing import Any, Protocol

Json = dict[str, Any]


class Engine(Protocol):
    """An engine with one grammar compiled for one vocabulary, which took `compile_ms`."""

    compile_ms: float

    def reset(self) -> None:
        """Go to the beginning of a text."""

    def feed(self, tokens: Sequence[int]) -> bool:
        """Take tokens; False where one does not fit."""

    def mask(self) -> None:
        """Find out which tokens may come next."""


class LLGuidance:
    """llguidance, fed from the beginning of the text."""

    def __init__(self, question: Json) -> None:
        from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper
        from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask

        class Tokens:
            bos_token_id = None
            eos_token_id = question["end"]
            special_token_ids = question["special"]
            tokens = question["tokens"]

            def __call__(self, text: bytes) -> list[int]:
                raise NotImplementedError

        size = len(question["tokens"])
        self._tokenizer = LLTokenizer(TokenizerWrapper(Tokens()), n_vocab=size)
        self._bits = allocate_token_bitmask(1, size)
        self._fill = fill_next_token_bitmask
        began = process_time()
        self._start = LLMatcher(self._tokenizer, question["lark"], log_level=0)
        if self._start.is_error():
            raise ValueError(self._start.get_error())
        self.compile_ms = 1000 * (process_time() - began)

    def reset(self) -> None:
        self._matcher = self._start.deep_copy()

    def feed(self, tokens: Sequence[int]) -> bool:
        return bool(self._matcher.try_consume_tokens(list(tokens)) == len(tokens))

    def mask(self) -> None:
        self._fill(self._matcher, self._bits)


class XGrammar:
    """XGrammar."""

    def __init__(self, question: Json) -> None:
        import xgrammar

        tokens = question["tokens"]
        info = xgrammar.TokenizerInfo(
            tokens, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[question["end"]]
        )
        compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
        began = process_time()
        self._compiled = compiler.compile_grammar(xgrammar.Grammar.from_ebnf(question["gbnf"]))
        self.compile_ms = 1000 * (process_time() - began)
        self._new = xgrammar.GrammarMatcher
        self._bits = xgrammar.allocate_token_bitmask(1, len(tokens))

    def reset(self) -> None:
        self._matcher = self._new(self._compiled)

    def feed(self, tokens: Sequence[int]) -> bool:
        return all(self._matcher.accept_token(token) for token in tokens)

    def mask(self) -> None:
        self._matcher.fill_next_token_bitmask(self._bits)


class TransformersCfg:
    """transformers-cfg; its recogniser without its adapters for tokenizers, of which none knows ours."""

    def __init__(self, question: Json) -> None:
        import torch
        from transformers_cfg.token_grammar_recognizer import IncrementalTokenRecognizer
        from transformers_cfg.tokenization.byte_trie import ByteTrie

        tokens: list[bytes] = question["tokens"]
        end = question["end"]

        class Tokenizer:
            eos_token_id = end

        class Mapping:
            def __len__(self) -> int:
                return len(tokens)

            def map(self, token: int, verbose: bool = False) -> bytes:
                return tokens[token]

        trie = ByteTrie()
        for index, token in enumerate(tokens):
            if index not in question["special"]:
                trie.insert(token, index)
        began = process_time()
        self._recognizer = IncrementalTokenRecognizer(
            question["gbnf"], "root", Tokenizer(), trie=trie, homomorphism=Mapping()
        )
        self._recognizer.use_unicode = False
        self.compile_ms = 1000 * (process_time() - began)
        self._device = torch.device("cpu")

    def reset(self) -> None:
        self._state = self._recognizer.string_recognizer.get_initial_parsing_state()

    def feed(self, tokens: Sequence[int]) -> bool:
        for token in tokens:
            try:
                self._state = self._recognizer._update_state_with_token_id(token, self._state)
            except ValueError:
                return False
            if not self._state.stacks:
                return False
        return True

    def mask(self) -> None:
        self._recognizer.filter_vocab(self._state, self._device)


class SynCode:
    """SynCode, in its mode that never forbids too much."""

    def __init__(self, question: Json) -> None:
        import torch
        import transformers
        from syncode import Grammar, SyncodeLogitsProcessor

        self._torch = torch
        self.gave_up = 0
        """How often it let everything pass, since it could not parse what stands already."""
        fast: Any = transformers.PreTrainedTokenizerFast
        tokenizer = fast(tokenizer_file=question["tokenizer"])
        tokenizer.eos_token = tokenizer.convert_ids_to_tokens(question["end"])
        self._size = len(question["tokens"])
        began = process_time()
        self._processor = SyncodeLogitsProcessor(
            grammar=Grammar(question["bundle"]), tokenizer=tokenizer, use_cache=False, parse_output_only=True
        )
        self.compile_ms = 1000 * (process_time() - began)

    def reset(self) -> None:
        self._processor.reset()
        self._processor.grammar_engine.start_from = 0
        self._ids: list[int] = []

    def feed(self, tokens: Sequence[int]) -> bool:
        if len(tokens) != 1:  # what stands already is not asked about
            self._ids.extend(tokens)
            return True
        allowed = bool(self._scores()[tokens[0]] == 0)
        self._ids.extend(tokens)
        return allowed

    def mask(self) -> None:
        self._scores()

    def _scores(self) -> Any:
        torch = self._torch
        ids = torch.tensor([self._ids], dtype=torch.long)
        scores = self._processor(ids, torch.zeros(1, self._size))[0]
        if self._processor.grammar_engine.parse_failed:
            self.gave_up += 1
        return scores


ENGINES: dict[str, Callable[[Json], Engine]] = {
    "llguidance": LLGuidance,
    "XGrammar": XGrammar,
    "transformers-cfg": TransformersCfg,
    "SynCode": SynCode,
}


def answer(question: Json) -> None:
    """Write what the engine makes of the question."""
    engine = ENGINES[question["engine"]](question)
    say(what="compiled", ms=engine.compile_ms)
    for case in question["cases"]:
        verdicts = []
        for continuation in case["continuations"]:
            engine.reset()
            fits = engine.feed(case["prefix"]) and all(engine.feed([token]) for token in continuation)
            verdicts.append(bool(fits))
        say(what="case", number=case["number"], verdicts=verdicts)
    if gave_up := getattr(engine, "gave_up", 0):
        say(what="gave up", times=gave_up)
    for cursor in question["cursors"]:
        engine.reset()
        began = process_time()
        if not engine.feed(cursor["prefix"]):
            say(what="refused", lines=cursor["lines"])
            continue
        engine.mask()
        say(what="first", lines=cursor["lines"], ms=1000 * (process_time() - began))
        for token in cursor["tokens"]:
            began = process_time()
            if not engine.feed([token]):
                break
            engine.mask()
            say(what="token", ms=1000 * (process_time() - began))


def say(**found: Any) -> None:
    """Write one finding."""
    print(json.dumps(found), flush=True)


def main() -> None:
    """Answer the question on standard input; a failure is a finding too."""
    logging.disable()
    question = json.load(sys.stdin)
    question["tokens"] = [bytes.fromhex(token) for token in question["tokens"]]
    found = sys.stdout
    try:
        with contextlib.redirect_stderr(None):
            answer(question)
    except Exception as error:  # whatever an engine raises is its answer
        reason = " ".join(str(error).split())[:300]
        print(json.dumps({"what": "failed", "reason": f"{type(error).__name__}: {reason}"}), file=found)


if __name__ == "__main__":
    main()
