"""Turns a hole grammar and a model into text: masks, healing, the decode loop, stopping."""

from lsp_server.decoding.engine import Mask, MaskEngine, MaskError
from lsp_server.decoding.evidence import NO_EVIDENCE, Evidence
from lsp_server.decoding.healing import heal_start
from lsp_server.decoding.loop import Decoder
from lsp_server.decoding.model import Ahead, AsksAhead, Model, Vocabulary
from lsp_server.decoding.task import Candidate, MaskGrammar, Statistics, Task

__all__ = [
    "NO_EVIDENCE",
    "Ahead",
    "AsksAhead",
    "Candidate",
    "Decoder",
    "Evidence",
    "Mask",
    "MaskEngine",
    "MaskError",
    "MaskGrammar",
    "Model",
    "Statistics",
    "Task",
    "Vocabulary",
    "heal_start",
]
