"""The states at a cursor in a text with mistakes: the same ones in the same order whenever it is read."""

from __future__ import annotations

from lsp_server.constraint import Prefix, load_grammar
from lsp_server.constraint.stacks import Node
from lsp_server.repair import Boundaries, places
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
