"""A real server as an editor sees it: a client, its open file, and what the server's trace tells."""
