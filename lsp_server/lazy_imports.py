"""Late imports, by one thread at a time. It knows no room.

What a quick start does without is imported in the function that needs it, in whichever thread that runs.
Python locks each module for itself: a thread that imports a package, and with it the modules in it, and one
that imports such a module, and for that the package, wait for each other, and one of them gets an error. So
who imports one of our rooms late takes this turn first. What is imported at the top of a module takes none.
"""

from __future__ import annotations

import threading

TURN = threading.RLock()
"""Is held while something of ours is imported late."""
