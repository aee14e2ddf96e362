"""Threads and pauses: whose work is done when. Knows neither documents nor the protocol."""
