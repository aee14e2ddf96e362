"""What may be typed in a text that does not parse: with as few repairs as after anything else typed there.

After Diekmann and Tratt, Don't Panic! (2020), and Aho and Peterson, A Minimum Distance Error-Correcting
Parser for Context-Free Languages (1972): repairs of a lexeme each, counted, over all stacks at once.
"""

from lsp_server.repair.boundaries import Boundaries
from lsp_server.repair.decision import Way, likeliest
from lsp_server.repair.oracle import RepairingOracle
from lsp_server.repair.place import Reached, places

__all__ = ["Boundaries", "Reached", "RepairingOracle", "Way", "likeliest", "places"]
