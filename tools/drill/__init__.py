"""Breaks what the product leans on while it works, and counts what was lost; `./run drill`."""
