"""What actions hang into the claim page and the sidebar."""
