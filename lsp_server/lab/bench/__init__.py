"""How long things take: the constraint, from a keystroke to token and mask, and the server as a whole.

The constraint is measured on the product's own path, `features/completion`, with models that take no time,
and knows no engine. The bundles' examples, repeated, are the files, for the server real ones where some are
given; a seed decides where in them something is typed. Times are those of the processor for the one thread
that does it all: on an idle machine the time that passes, and on a busy one not that of others. The server is
measured from outside and a model by itself, both by the clock.
"""

from lsp_server.lab.bench.keystrokes import SIZES, KeystrokeReport, measure_keystrokes
from lsp_server.lab.bench.passes import PassReport, measure_passes
from lsp_server.lab.bench.serving import SERVED, ServerReport, measure_server
from lsp_server.lab.bench.team import TeamText, measure_team
from lsp_server.lab.bench.tokens import KINDS, Kind, TokenReport, measure_tokens
from lsp_server.lab.figures import Figure

__all__ = [
    "KINDS",
    "SERVED",
    "SIZES",
    "Figure",
    "KeystrokeReport",
    "Kind",
    "PassReport",
    "ServerReport",
    "TeamText",
    "TokenReport",
    "measure_keystrokes",
    "measure_passes",
    "measure_server",
    "measure_team",
    "measure_tokens",
]
