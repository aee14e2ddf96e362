"""How families of models are asked to fill in the middle: which tokens stand before which part.

Facts of the models' cards. It must not know how a text is cut, nor how tokens are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FillFormat:
    """The tokens before the prefix, the suffix and the middle; which of the two is first.

    `ends` are tokens that end what is filled in, besides the one that ends every text.
    """

    prefix: str
    suffix: str
    middle: str = ""
    suffix_first: bool = False
    ends: tuple[str, ...] = ()

    def spelled(self, before: str, after: str) -> str:
        """A prompt as text."""
        parts = [f"{self.prefix}{before}", f"{self.suffix}{after}"]
        return "".join((*(reversed(parts) if self.suffix_first else parts), self.middle))


OWN = FillFormat("<|prefix|>", "<|suffix|>", suffix_first=True)
"""Of the models that this package trains."""

_STARCODER = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>")

_MELLUM = FillFormat(*_STARCODER, suffix_first=True, ends=("<fim_pad>",))

FORMATS = (
    # Qwen2.5-Coder, Granite 4, CodeGemma
    FillFormat(
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        ends=("<|fim_pad|>", "<|file_sep|>", "<|file_separator|>", "<|repo_name|>"),
    ),
    # StarCoder2, Granite Code
    FillFormat(*_STARCODER, ends=("<fim_pad>", "<file_sep>", "<repo_name>")),
    # SantaCoder
    FillFormat("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    # Code Llama
    FillFormat("\u2581<PRE>", "\u2581<SUF>", "\u2581<MID>", ends=("\u2581<EOT>",)),
    # DeepSeek-Coder
    FillFormat("<\uff5cfim\u2581begin\uff5c>", "<\uff5cfim\u2581hole\uff5c>", "<\uff5cfim\u2581end\uff5c>"),
    # GLM
    FillFormat("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
    # Seed-Coder
    FillFormat("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", suffix_first=True),
    # Codestral
    FillFormat("[PREFIX]", "[SUFFIX]", suffix_first=True),
)

_BY_NAME = {"mellum": _MELLUM}
"""Those whose tokens are another family's, in another order: told by what a model is called."""


def format_of(has: Callable[[str], bool], name: str = "") -> FillFormat | None:
    """The format of a model by the tokens that its tokenizer has, and by its name; None if it has none."""
    named = (one for part, one in _BY_NAME.items() if part in name.lower())
    for one in (*named, *FORMATS):
        if all(has(token) for token in (one.prefix, one.suffix, one.middle) if token):
            return one
    return None
