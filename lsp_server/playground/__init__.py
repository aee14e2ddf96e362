"""A page in the browser on which a grammar becomes a language: paste it, type, and see what fits and why.

`site` serves the page and takes its connections, `own_languages` makes a language of what is pasted,
`questions` answers what only the page asks, and `gallery` has languages to begin with. The page itself is in
`web`, and what is built of it in `static`. All else that the page shows comes from the language server as any
editor gets it.

`exporting` writes the page as files, with Python's compiled (`bytecode`). Then the server is in the page too
(`in_page`), and `vectors` stands there for numpy. All of it runs in one thread: a request is answered before
the next one is heard. What takes too long is ended by the clocks of `lalr/bounds`, which the page has tick. A
worker that says nothing any more is ended by the page, and a new one gets what was typed.
"""
