"""Linking: which things of several programmes, and of records elsewhere, are the same."""
