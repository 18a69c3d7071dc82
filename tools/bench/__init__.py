"""Measures the product on a filled database; `./run bench`, described in docs/howto/measure.md."""
