"""Checkouts: what became of them, which were left behind."""
