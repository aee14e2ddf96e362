"""Measures the product on real files, with judges from elsewhere. No part of the product imports it."""
