"""A completion list: what may be written next at a cursor, the likeliest first.

`gathering` collects what may stand there from all that knows some: names, keywords, builtins and snippets of
the bundle, words of the texts nearby. `judging` says of each whether it fits the grammar. `expecting` asks a
model how likely each is, and which other words it would write. Knows no protocol.
"""
