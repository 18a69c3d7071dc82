"""What responses hang into the claim page and its history."""
