"""Tests of what names stand for, and of which may stand at a place."""
