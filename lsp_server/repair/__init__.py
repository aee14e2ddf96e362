"""What may be typed in a text that does not parse: with as few repairs as after anything else typed there.

After Diekmann and Tratt, Don't Panic! (2020), and Aho and Peterson, A Minimum Distance Error-Correcting
Parser for Context-Free Languages (1972): repairs of a lexeme each, counted, over all stacks at once.

A repair puts a lexeme in, leaves one out, puts one for another, or ends a text in quotes elsewhere. All
readings are one graph-structured stack; each further repair is a level that begins at the last lexemes of
the one before (`levels`). Mistakes beyond a sure boundary, a line that begins an element by all that is
seen, cost nothing (`boundaries`).

*Above the cursor* (`place`): the stacks that the fewest repairs lead to. Of several ways those count that
cost least together with what follows, then those with as many brackets open as the lines tell, then those
with repairs in the lines of mistakes; a text has to fit one of them.

*Below* (`decision`): how many repairs what follows needs after a text, and after the best that could be
typed instead. A text that needs more is refused, and so is one that leaves anything wrong where something
could be typed that does not: in a file without other mistakes that is the oracle. What a text does to
brackets must be what the lines around it ask for (`layout`), or need fewer repairs than that. Where more
than six repairs are needed, the readings are compared by how far they come.

*Of two mistakes* (`further`): whether the second is one of its own, or only an echo of the first.
"""

from lsp_server.repair.boundaries import Boundaries
from lsp_server.repair.decision import Way, likeliest
from lsp_server.repair.further import stands_alone
from lsp_server.repair.oracle import RepairingOracle
from lsp_server.repair.place import Reached, begins_element, places

__all__ = [
    "Boundaries",
    "Reached",
    "RepairingOracle",
    "Way",
    "begins_element",
    "likeliest",
    "places",
    "stands_alone",
]
