"""Any bytes at all, as programs, grammars, bundles, queries, catalogues and messages."""
