"""Tools around the product: checks, translations, the process runner."""
