"""Tests of the constraint, each against a judge that is not our own code."""
