"""A model on a server of the user's own (vLLM, or what speaks as it does): asked for whole texts, which
are then tried.

`address` says where it is, `connection` speaks with it, `model` makes a `decoding.Model` of it. Only
`connection` knows HTTP.
"""
