"""What investigations hang into the claim page."""
