"""Pages of actions: the tab of the claim page, the list over all claims, the action."""
