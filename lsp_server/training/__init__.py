"""Trains the bundled model."""
