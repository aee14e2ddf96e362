"""Implementations of `decoding.model.Model`; importing this room does not import torch."""
