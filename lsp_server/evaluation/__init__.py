"""Measures the promise on real files, against judges we did not write."""
