"""Tests of masks, healing and the decode loop, with models that say what a script tells them."""
