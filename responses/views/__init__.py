"""Pages of responses: the response tab, the correspondence, letters, approval, sums."""
