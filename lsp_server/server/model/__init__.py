"""The model of a server: loaded late, told of, and let go. Knows no document."""
