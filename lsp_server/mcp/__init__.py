"""Tools for coding agents, by the Model Context Protocol: what the features know of a language, as data.

- `places`: the texts and places that an agent names, within one folder
- `tools`: one function for each tool; knows no protocol
- `app`: offers them on standard input and output; alone knows the protocol's library
"""
