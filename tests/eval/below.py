"""Whether what is suggested above a mistake fits: in the file without it, or in that with it.

Something is taken out of a file that the judge accepts, after a wrong line was put in below, and is typed
again as in an editor, with a tree at each key; what is suggested then is judged. Where nothing is
known of the file as it was, a text will do that leaves it one change from a valid one: that may be told as
wrong.

    python -m tests.eval.below LANGUAGE DIR
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from lsp_server.agreement.asking import Judge
from lsp_server.agreement.judges import load_judge
from lsp_server.decoding import Model
from lsp_server.features.recall import Wanted
from lsp_server.lab.material.cuts import KINDS, Cut
from lsp_server.languages import Language
from lsp_server.languages.sources import Source
from lsp_server.models import load_model
from lsp_server.server.documents.session import Document
from lsp_server.server.suggestions.suggesting import complete
from lsp_server.text import Edit, Snapshot, Span
from tests.eval.given import given

PLACES, LETTERS = 60, 6
"""How many places there are in a language, and how many letters are typed at each at most."""

_DRAWS = 1_000
_URI = "file:///below"


@dataclass
class Told:
    """What was shown at some places; `wrong` are the texts that fit in neither file, with its name."""

    places: int = 0
    suggested: int = 0
    wrong: list[str] = field(default_factory=list)


def drawn(
    language: Language, sources: Sequence[Source], judge: Judge, random: Random
) -> Iterator[tuple[Source, Cut, str]]:
    """A file, what is taken out of it, and the file with a wrong line below that."""
    brackets = [bracket for pair in language.brackets for bracket in pair]
    wrong = ("= = (", "x =", *brackets)
    for _ in range(_DRAWS):
        source = random.choice(sources)
        cut = KINDS[random.choice([*KINDS])](language, source.text, random)
        ends = (
            []
            if cut is None
            else [at for at, sign in enumerate(source.text) if sign == "\n" and at >= cut.end]
        )
        if cut is None or not ends or not judge(source.text).well_formed:
            continue
        place = random.choice(ends) + 1
        broken = f"{source.text[:place]}{random.choice(wrong)}\n{source.text[place:]}"
        if not judge(broken).well_formed:
            yield source, cut, broken


def measure(
    language: Language, sources: Sequence[Source], model: Model, judge: Judge, places: int, seed: int = 0
) -> Told:
    """What is suggested at so many places, and how much of it is wrong."""
    random, told = Random(seed), Told()
    for source, cut, broken in drawn(language, sources, judge, random):
        rests = source.text[cut.end :], broken[cut.end :]
        document = Document(Snapshot(_URI, language.id, 1, broken), language)
        document.tree()
        document = document.edited([Edit(Span(cut.start, cut.end), "")], 2)
        first_line = cut.removed.split("\n")[0]
        for typed in range(random.randint(0, min(LETTERS, len(first_line))) + 1):
            offset = cut.start + typed
            if typed:
                letter = Edit(Span(offset - 1, offset - 1), first_line[typed - 1])
                document = document.edited([letter], 2 + typed)
            document.tree()
            wanted = Wanted(48, 2, min_logprob=-math.inf, automatic=random.random() < 0.5)
            found = complete(document, (), offset, wanted, model, threading.Event())
            before = source.text[: cut.start] + first_line[:typed]
            suggested = found.items if found else ()
            told.suggested += len(suggested)
            for item in suggested:
                shown, over = before + item.text, item.end - item.start
                if not any(judge(shown + rest[over:]).well_formed for rest in rests):
                    told.wrong.append(f"{source.name}, offset {cut.start}: {shown[cut.start :]!r}")
        told.places += 1
        if told.places == places:
            break
    return told


def main() -> None:
    """Print a line for one language, and one for each text that is wrong."""
    asked = given("tests.eval.below", "places", PLACES, __doc__)
    language, judge = asked.language, load_judge(asked.language)
    told = measure(language, asked.sources, load_model(), judge, asked.number, asked.seed)
    shown = f"{told.suggested} texts suggested at {told.places} places"
    print(f"{language.id}: {shown}, {len(told.wrong)} wrong")
    print(*told.wrong, sep="\n", end="\n" if told.wrong else "")


if __name__ == "__main__":
    main()
