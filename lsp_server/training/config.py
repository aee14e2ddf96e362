"""What a training run is told and what it reports: plain data, so that a caller needs no torch to build
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.errors import UsageError

HEAD = 64  # width of a head


@dataclass(frozen=True, slots=True)
class TrainingFolder:
    """A folder of files to learn from.

    `tag` names the language of every file in it; None asks the registry of languages, file by file, and
    files of no known language are tagged `other`. `weight` multiplies how often the folder's languages are
    drawn.
    """

    path: Path
    tag: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Size of the network: Llama architecture with tied embeddings."""

    vocabulary: int = 8192
    width: int = 256
    depth: int = 4
    heads: int = 4
    key_heads: int = 4
    inner: int = 768
    window: int = 512
    suffix: int = 96

    @classmethod
    def sized(cls, vocabulary: int, width: int, depth: int, inner: int) -> NetworkShape:
        """A network whose heads are all `HEAD` wide. Raises UsageError for a width that is no multiple."""
        if width % HEAD:
            raise UsageError(
                f"a width of {width} is no multiple of {HEAD}", remedy=f"give {max(1, width // HEAD) * HEAD}"
            )
        heads = width // HEAD
        return cls(vocabulary, width, depth, heads, heads, inner)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is trained.

    `rows` sequences of `NetworkShape.window` tokens make a step. `rate` is the peak learning rate, reached
    after the first `warmup` of the run and brought down along a cosine to `floor` of itself. `middle` weighs
    the loss on the tokens of a hole against those of its prefix. `balance` is the exponent that flattens the
    share of large languages (1 draws by size, 0 evenly), `flatten` the same for large files within a
    language. `untagged` is the share of samples whose language tag is replaced by `other`, `beside` the share
    before which parts of a neighbouring file stand, as passages do that were looked up. `windows` of each
    language are measured along the way, `windows_at_end` when all is done.
    """

    rows: int = 8
    rate: float = 3e-3
    warmup: float = 0.02
    floor: float = 0.02
    decay: float = 0.1
    clip: float = 1.0
    middle: float = 2.0
    balance: float = 0.5
    flatten: float = 0.75
    untagged: float = 0.1
    beside: float = 0.25
    evaluate_every: int = 250
    save_every: int = 100
    windows: int = 24
    windows_at_end: int = 200


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One training run. Exactly one of `minutes` and `steps` limits it.

    A run limited by `steps` depends on the files and the seed alone (and on torch's own arithmetic); one
    limited by `minutes` follows its schedule by the clock, so the number of steps it makes depends on the
    machine. `held_out` is never trained on; when it is empty, one file in fifty is set aside by the digest
    of its text. `start` is the folder of a model of this package to go on from, with its tokenizer and shape;
    without it all begins at random. With `compiled` torch compiles the network, which needs a C++ compiler
    and makes a step about a third shorter.
    """

    sources: tuple[TrainingFolder, ...]
    output: Path
    held_out: tuple[TrainingFolder, ...] = ()
    minutes: float | None = None
    steps: int | None = None
    seed: int = 0
    threads: int | None = None
    resume: bool = False
    start: Path | None = None
    compiled: bool = False
    shape: NetworkShape = field(default_factory=NetworkShape)
    recipe: Recipe = field(default_factory=Recipe)


@dataclass(frozen=True, slots=True)
class HeldOutCost:
    """Held-out cost of one language in bits per byte of UTF-8.

    `plain`: whole files from the left, with nothing known after the cursor. `fill`: the missing rest of a
    line, given the text on both sides, and the decision to stop there.
    """

    plain: float
    fill: float


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """State of the run after `step` steps; `loss` in nats per token (running mean), `elapsed` in seconds."""

    step: int
    fraction: float
    loss: float
    tokens: int
    tokens_per_second: float
    rate: float
    elapsed: float
    held_out: Mapping[str, HeldOutCost] | None = None


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What the run left: `output` holds the weights, ready to be loaded."""

    output: Path
    steps: int
    tokens: int
    parameters: int
    elapsed: float
    loss: float
    held_out: Mapping[str, HeldOutCost]
    files: Mapping[str, int]
