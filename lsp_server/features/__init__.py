"""One file per editor feature: plain data in, plain data out, no protocol."""
