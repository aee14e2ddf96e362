"""When errors are looked for in documents, and when a client is told of them."""
