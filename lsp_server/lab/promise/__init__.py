"""Whether suggestions and diagnostics are right: they add no error, and are there where they should be."""
