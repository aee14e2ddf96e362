"""Whether Enter ends a line: an editor with a completion list, emulated, types the ends of real lines.

The editor is VS Code as it comes: what opens a list, how it is filtered and sorted while one types, and what
Enter does with it. It asks a real server from outside, and shares no code with what makes the list.
"""

from lsp_server.lab.enter.lines import line_ends
from lsp_server.lab.enter.measure import Altered, EnterReport, measure_enter
from lsp_server.lab.enter.widget import ListAnswer, Listed, ListEditor

__all__ = [
    "Altered",
    "EnterReport",
    "ListAnswer",
    "ListEditor",
    "Listed",
    "line_ends",
    "measure_enter",
]
