"""Shapes of input on the pages of claims."""
