"""Forms of responses: the shape of input, nothing more."""
