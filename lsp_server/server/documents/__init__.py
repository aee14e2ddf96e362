"""The open documents: each version is one immutable value. Knows nothing of the protocol."""
