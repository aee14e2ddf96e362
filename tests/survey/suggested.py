"""What is suggested in a project's programs, judged by the project's own Lark."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from lsp_server.decoding import Model
from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.features.reasons import IN_COMMENT
from lsp_server.languages import Language
from lsp_server.models import load_model
from lsp_server.syntax import Landmarks, parse
from tests.survey.judged import patience

INSIDE, AT_END = "text after the cursor", "at the end of a file"
BESIDE = "text after the cursor, half of the programs near"
"""The first of these in one half of the programs, the other half being files nearby."""

_WORDS = re.compile(r"\w+|\S")
_STRINGS = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_LONGEST = 4_000
_EACH = 20
_WORTH, _FEW = 12, 4
"""A program with fewer words is no example, and fewer programs are not halved; chosen, not measured."""

Takes = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was suggested at one cursor: `text` before and after it, with what stood there.

    `taken`: whether Lark takes the whole; None where nothing was suggested, for which there is a `reason`.
    """

    kind: str
    before: str
    after: str
    was: str
    text: str | None = None
    taken: bool | None = None
    reason: str = ""

    @property
    def leaves_open(self) -> bool:
        """Whether more brackets are opened than closed, strings aside."""
        whole = _STRINGS.sub("", self.before + (self.text or "") + self.after)
        return any(whole.count(opener) > whole.count(closer) for opener, closer in ("()", "[]", "{}"))

    @property
    def repeats(self) -> bool:
        """Whether three words or signs, or more, stand three times in a row in its line."""
        line = self.before.rpartition("\n")[2]
        words, typed = _WORDS.findall(line + (self.text or "")), len(_WORDS.findall(line))
        for period in range(3, len(words) // 2):
            run = 0
            for place in range(period, len(words)):
                run = run + 1 if words[place] == words[place - period] else 0
                if run >= 2 * period - 1 and place >= typed:
                    return True
        return False

    @property
    def exact(self) -> bool:
        """Whether the rest of the line is as it was."""
        return self.text is not None and self.text.strip() == self.was.strip()


def suggest(language: Language, programs: Sequence[str], takes: Takes, count: int) -> Iterator[Suggested]:
    """Ask for suggestions at `count` cursors of each kind, drawn from some programs; not in comments.

    Where there are enough longer ones, it is asked again in half of them, the other half lying nearby.
    """
    yield from _drawn(language, programs, takes, count, (INSIDE, AT_END), ())
    longer = [text for text in programs if len(_WORDS.findall(text)) >= _WORTH]
    if len(longer) >= _FEW:
        yield from _drawn(language, longer[1::2], takes, count, (BESIDE,), longer[::2])


def _drawn(
    language: Language,
    programs: Sequence[str],
    takes: Takes,
    count: int,
    kinds: Sequence[str],
    beside: Sequence[str],
) -> Iterator[Suggested]:
    rng = Random(1)
    texts = [text for text in programs if len(text) <= _LONGEST]
    if not texts or not count:
        return
    model = load_model(None)
    openers = tuple(sorted(language.comment.openers, key=len, reverse=True))
    signs = re.compile("|".join((*map(re.escape, openers), _WORDS.pattern)))
    for kind in kinds:
        for _ in range(count):
            text = rng.choice(texts)
            words = list(signs.finditer(text))
            place = rng.choice(words).start()
            line = text.find("\n", place)
            end = len(text) if line < 0 or kind == AT_END else line
            if kind != AT_END and line < 0:
                end = min([word.end() for word in words if word.start() >= place][:3])
            before, was, after = text[:place], text[place:end], text[end:] if kind != AT_END else ""
            if not was.startswith(openers):
                asked = _asked(language, model, Suggested(kind, before, after, was), takes, beside)
                if asked.reason != IN_COMMENT:
                    yield asked


def _asked(
    language: Language, model: Model, one: Suggested, takes: Takes, beside: Sequence[str]
) -> Suggested:
    text = one.before + one.after
    try:
        with patience(_EACH):
            landmarks = Landmarks(parse(language, text))
            request = CompletionRequest(
                text=text,
                offset=len(one.before),
                language=language,
                landmarks=landmarks,
                max_tokens=24,
                beside=beside,
            )
            found = complete(request, model, lambda: False)
    except TimeoutError:
        return Suggested(one.kind, one.before, one.after, one.was, reason="takes too long")
    except Exception:
        return Suggested(
            one.kind, one.before, one.after, one.was, reason=f"FAULT {traceback.format_exc(limit=-3)}"
        )
    if not found.items:
        return Suggested(one.kind, one.before, one.after, one.was, reason=str(found.reason))
    item = found.items[0]
    joined = text[: item.start] + item.text + text[item.end :]
    return Suggested(
        one.kind, one.before, one.after, one.was, item.text, takes(joined) or takes(f"{joined}\n")
    )
