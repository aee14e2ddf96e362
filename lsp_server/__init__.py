"""Holegram: a language server for any DSL whose completions always parse."""

from importlib.metadata import version

__version__ = version("holegram")
