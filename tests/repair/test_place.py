"""The states at a cursor in a text with mistakes: the same ones in the same order whenever it is read."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.constraint.stacks import Node
from lsp_server.repair import Boundaries, place, places
from lsp_server.repair.levels import WORK, Levels
from tests.constraint.texts import PIECES, examples
from tests.features.completing import language_of

BEFORE = """\
?!rule: "when" condition
        "send" message
message: TEXT ("to" NAME)?

%imp#dition
%import .STRING: /"""
AFTER = """"x"/conditions (operator, value, NAME)
%import .conditions.string
"""


def test_a_text_is_read_alike_wherever_its_readings_lie_in_memory() -> None:
    grammar, text, cursor = load_grammar(language_of("lark")), BEFORE + AFTER, len(BEFORE)
    kept: list[Node] = []
    found = []
    for number in range(12):
        # Nodes between those of the readings move these to other places.
        kept += (Node(0, None) for _ in range(97 * number))
        del kept[:: number + 2]
        reached = places(Prefix(grammar, text), Boundaries(grammar, text, cursor), cursor, cursor)
        found.append([(one.cost, one.state.stack.states()) for one in reached])
    assert len(found[0]) > 1
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("seed", [0, 3])
def test_a_text_full_of_mistakes_is_given_up_after_so_much_work(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Levels] = []

    class Counted(Levels):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            made.append(self)

    monkeypatch.setattr(place, "Levels", Counted)
    language, chance = language_of("graphql"), random.Random(seed)
    text, most = examples(language)[0][:1_200], 0
    for _ in range(40):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(PIECES["graphql"]) + text[at + chance.choice((0, 1, 5)) :]
    grammar = load_grammar(language)
    for cursor in range(100, len(text), len(text) // 5):
        made.clear()
        places(Prefix(grammar, text), Boundaries(grammar, text, cursor), cursor, cursor)
        most = max(most, sum(levels.work for levels in made))
    assert WORK < most < 4 * WORK
