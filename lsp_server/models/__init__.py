"""Implementations of `decoding.model.Model`; importing this room does not import torch."""

from lsp_server.models.loading import load_model, load_vocabulary
from lsp_server.models.scripted import ScriptedModel

__all__ = ["ScriptedModel", "load_model", "load_vocabulary"]
