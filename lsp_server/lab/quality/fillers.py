"""Who may be asked to fill a gap: the product, its model with less of a constraint, and two without a model.

Each is a function from a cut to an `Answer`. It must not see what the cut removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import thread_time

from lsp_server.decoding import Model, Statistics
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.levels import free_text, left_text
from lsp_server.lab.material.cuts import Cut
from lsp_server.languages import Language
from lsp_server.syntax import Landmarks, parse
from lsp_server.text import Edit, Span

_MOST_WORDS, _LONGEST_RUN, _LONGEST_WORD = 16, 1_000, 80
"""An n-gram has at most so many words and characters; a longer word is no word that is completed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to put in at the cursor, "" for nothing.

    `sureness` is how sure it is that it begins so, as a log-probability, and `stop` is what ended it (see
    `decoding.Candidate`), if that is known. `tokens` counts the times that the model was asked for one.
    `ms` is what it took, the making of the syntax tree left out, by the clock of the thread: so that nothing
    else that the machine does counts, the model has to run in one thread.
    """

    text: str
    sureness: float = 0.0
    stop: str = ""
    tokens: int = 0
    ms: float = 0.0


Filler = Callable[[Language, Cut], Answer]


def product(model: Model, max_tokens: int) -> Filler:
    """What an editor shows by itself while a user types: `features.completion`."""

    def fill(language: Language, cut: Cut) -> Answer:
        landmarks = _landmarks(language, cut)
        _forget(model)
        began = thread_time()
        done = complete(
            CompletionRequest(
                cut.text,
                cut.start,
                language,
                landmarks,
                max_tokens=max_tokens,
                multiline=cut.multiline,
                beside=cut.known.beside,
                automatic=True,
                names=cut.known.names,
                looked_up=cut.known.looked_up,
            ),
            model,
            lambda: False,
        )
        ms = 1000 * (thread_time() - began)
        if not done.items:
            return Answer("", tokens=done.tokens, ms=ms)
        best = done.items[0]
        return Answer(best.text, best.sureness, best.stop, done.tokens, ms)

    return fill


def _landmarks(language: Language, cut: Cut) -> Landmarks:
    """What the trees tell of a cut, as in an editor: its own, and the last one without errors before it."""
    whole, gap = parse(language, cut.original), (Edit(Span(cut.start, cut.end), ""),)
    return Landmarks(whole.edited(gap, cut.text), text=cut.text, sound=Landmarks(whole, gap, cut.text))


def left_only(model: Model, max_tokens: int) -> Filler:
    """The product's decode loop, held to what may follow the text before the cursor: `features.levels`."""

    def fill(language: Language, cut: Cut) -> Answer:
        request, statistics = _request(language, cut, max_tokens), Statistics()
        landmarks = Landmarks(parse(language, cut.text[: cut.start]))
        _forget(model)
        began = thread_time()
        found = left_text(request, model, statistics, lambda: False, landmarks)
        ms = 1000 * (thread_time() - began)
        if found is None:
            return Answer("", tokens=statistics.tokens, ms=ms)
        return Answer(found.text, found.sureness, found.stop, statistics.tokens, ms)

    return fill


def unconstrained(model: Model, max_tokens: int) -> Filler:
    """What the model says by itself after the product's prompt: `features.levels`."""

    def fill(language: Language, cut: Cut) -> Answer:
        request = _request(language, cut, max_tokens)
        _forget(model)
        began = thread_time()
        found = free_text(request, model, lambda: False)
        return Answer(found.text, tokens=found.asked, ms=1000 * (thread_time() - began))

    return fill


def _request(language: Language, cut: Cut, max_tokens: int) -> CompletionRequest:
    return CompletionRequest(
        cut.text,
        cut.start,
        language,
        Landmarks(partial(parse, language, cut.text), text=cut.text),
        max_tokens=max_tokens,
        multiline=cut.multiline,
        beside=cut.known.beside,
    )


def _forget(model: Model) -> None:
    """Empty the model's key-value cache, so that no filler gains from the one before it."""
    model.next_logits([model.vocabulary.end])


Ending = Callable[[Language, str, int], str]
"""From a text and an offset to what the text itself suggests there."""


def own(ending: Ending) -> Filler:
    """A filler that knows no model."""

    def fill(language: Language, cut: Cut) -> Answer:
        began = thread_time()
        text = ending(language, cut.text, cut.start)
        return Answer(text, ms=1000 * (thread_time() - began))

    return fill


def word_ending(language: Language, text: str, offset: int) -> str:
    """The ending of the word before an offset: that of the last such word before, else of the first after."""
    begun = re.search(rf"(?:{language.word})\Z", text[max(0, offset - _LONGEST_WORD) : offset])
    if begun is None or re.match(r"\w", text[offset : offset + 1]):
        return ""
    word = begun.group()
    words = re.compile(language.word)
    before = (match.group() for match in words.finditer(text, 0, offset - len(word)))
    later = (match.group() for match in words.finditer(text, offset))
    longer = [known for known in before if known.startswith(word) and known != word]
    found = longer[-1] if longer else next((known for known in later if known.startswith(word)), word)
    return found[len(word) :]


def line_ending(language: Language, text: str, offset: int) -> str:
    """How the line went on where the longest run of words before an offset, the half word too, stands again.

    Of equally long runs the last before the offset counts, else the first after it. Signs and line ends count
    as words; a run of line ends alone is none.
    """
    near, ending = text[max(0, offset - _LONGEST_RUN) : offset], ""
    starts = [match.start() for match in re.finditer(rf"{language.word}|\w+|[^\w\s]|\n", near)]
    for start in reversed(starts[-_MOST_WORDS:]):
        run = near[start:]
        if not run.strip():
            continue
        again = re.compile(rf"(?<!\w){re.escape(run)}")
        ends = [match.end() for match in again.finditer(text, 0, offset - 1)]
        later = None if ends else again.search(text, offset)
        if not ends and later is None:
            break
        end = ends[-1] if later is None else later.end()
        ending = re.split(r"[\r\n]", text[end:], maxsplit=1)[0].rstrip()
    return ending
