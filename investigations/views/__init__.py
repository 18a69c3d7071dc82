"""Pages of investigations: the tab of the claim page and its dialogs."""
