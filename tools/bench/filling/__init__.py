"""Fills a database with a believable company and its claims; the same seed, the same claims."""
