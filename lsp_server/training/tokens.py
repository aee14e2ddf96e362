"""The bundled model's tokenizer: byte-level BPE and its special tokens. Knows nothing of samples or of
torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

END = "<|end|>"
SUFFIX = "<|suffix|>"
PREFIX = "<|prefix|>"

# A line break goes with the indentation after it; a word takes one blank before it, so that a cursor after
# `name` or before a blank is always a token boundary; digits stand alone; of other characters only equal
# ones run together, so that a boundary between two lexemes is a boundary between two tokens.
PIECES = (
    r"(?:\r?\n)+[ \t]*"
    r"| ?[\p{L}\p{M}_][\p{L}\p{M}_]*"
    r"| ?\p{N}"
    r"| ?([^\s\p{L}\p{M}\p{N}_])\1*"
    r"|[ \t]+(?![^\s])|[ \t]+(?= )|\s"
)


def language_token(tag: str) -> str:
    """Return the special token that opens the prompt of a file of language `tag`."""
    return f"<|lang:{tag}|>"


def train_tokenizer(texts: Iterable[str], tags: Sequence[str], size: int) -> Tokenizer:
    """Train a byte-level BPE of at most `size` ids, all 256 bytes and the special tokens included.

    Any text, also of other languages, is encoded without loss. Special tokens come first: end of
    suggestion, the two sentinels, then one per tag.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[END, SUFFIX, PREFIX, *map(language_token, tags)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=24,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.encode_special_tokens = True
    return tokenizer
