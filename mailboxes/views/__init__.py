"""Pages of mail in."""
