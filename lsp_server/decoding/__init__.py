"""Turns a hole grammar and a model into text: masks, healing, the decode loop, stopping."""
