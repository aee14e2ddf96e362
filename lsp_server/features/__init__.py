"""One file per editor feature: plain data in, plain data out, no protocol.

`completion` makes suggestions: `placing` finds the place of the cursor, `attempt` asks a model there,
`consent`, `unwanted` and `once` refuse what does not belong there, `confidence` tells the chance that the
first word is right, `recall` answers from what was made before. `lists` gathers entries, tries each with
the grammar, and has the model order them. `diagnosis` looks for errors in bounded time. Files that are
named like a request of an editor answer it.
"""
