"""Claims over the API: report, find, complete and move them."""
