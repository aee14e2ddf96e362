"""What is installed here, whether it works, and what to do where it does not; plain data out.

One file looks at one thing, and tells what it found and what it advises. Nothing here touches the network,
and nothing raises: what is wrong with an installation must not hide the rest of it.
"""

from lsp_server.health.examine import examine
from lsp_server.health.report import ModelState, Report

__all__ = ["ModelState", "Report", "examine"]
