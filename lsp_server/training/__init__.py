"""Training of the bundled model; knows torch, and must not know the editor, the grammar or the decode loop.

`base.train` is the entry. Importing this package imports no torch: `config`, `corpus`, `tokens` and
`samples` are plain Python and numpy, `network`, `measure`, `checkpoint` and `base` need torch.
"""
