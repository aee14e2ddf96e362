"""Says what a suggestion did to a file: to a valid one, and to one that has a mistake elsewhere.

The judge of a file with a mistake is the file without it.
"""

from __future__ import annotations

from lsp_server.agreement.asking import Judge
from lsp_server.constraint import load_grammar
from lsp_server.features.completion import Suggestion
from lsp_server.lab.material.breaking import BrokenCut
from lsp_server.lab.material.cuts import Cut
from lsp_server.lab.promise.counting import Judgement
from lsp_server.lab.promise.finish import endings
from lsp_server.languages import Language


def assess(language: Language, cut: Cut, item: Suggestion, judge: Judge) -> tuple[Judgement, str]:
    """What the judge says of the cut file with a suggestion in it, and the judge's message."""
    text = cut.text[: item.start] + item.text + cut.text[item.end :]
    verdict = judge(text)
    if verdict.valid:
        return Judgement.VALID, ""
    if verdict.ignored:
        return Judgement.NOT_SYNTAX, verdict.message
    if cut.at_end and any(
        judge(text + ending).well_formed
        for ending in endings(load_grammar(language), text, cut.original, cut.start)
    ):
        return Judgement.UNFINISHED, verdict.message
    return Judgement.VIOLATION, verdict.message


def assess_broken(
    language: Language, broken: BrokenCut, item: Suggestion, judge: Judge
) -> tuple[Judgement, str]:
    """What the judge says of the file without its mistake and with a suggestion, and the judge's message.

    The item's offsets are those of `broken.text`.
    """
    start, end = item.start - broken.shift, item.end - broken.shift
    return assess(language, broken.cut, Suggestion(item.text, start, end, item.logprob, item.stop), judge)
