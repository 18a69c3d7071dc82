"""What notifications hang into the frame and the claim page."""
