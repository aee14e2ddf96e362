"""`python -m lsp_server` is the `holegram` command."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python puts the working directory first, and a workspace may hold a file called like a module.
    if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parent.parent:
        del sys.path[0]

    from lsp_server.cli import main

    main()
