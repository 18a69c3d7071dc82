"""Pages of claims, grouped by what people come for."""
