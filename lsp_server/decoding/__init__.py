"""Turns a hole grammar and a model into text: masks, healing, the decode loop, stopping.

The prompt ends before the half-typed word, which the first tokens must spell again (`healing`). The model
writes freely, and the oracle checks each token: one that it refuses is banned, and the next likely one
taken; a dead end is rolled back (`path`). Only where it has refused eight tokens at one place does
llguidance compile the hole grammar to masks (`guide`), and where nobody asked, the text is cut there
instead. In a browser, where llguidance is not, `plain` says what it would say: a suggestion does not
depend on which of the two is there.

What followed the same words elsewhere is mixed with what the model says, the more the longer the run
(`copying`); the model is run for several tokens at a time where they are likely (`drafting`), and stopped
where it repeats itself; what it said once is left (`repeating`). Where a word spells no name that exists,
the path goes back to where it begins and takes the likeliest whole name (`naming`).

A text ends where the model wants to end and the rest of the document fits. Where that does not come, it is
cut back to such a place (`ending`), or led there the shortest way (`homing`); where nobody asked, it ends
before the first word that is doubtful. `evidence` tells how likely the model thinks each word, given the
letters that stand.
"""

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
