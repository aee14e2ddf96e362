"""The names in the texts of a workspace: where each is defined, what each stands for, which may stand
somewhere.

All is said by a bundle: the captures of `queries/locals.scm`, and `[naming]` of the manifest. Must not know
a language, the protocol, or who asks.
"""
