"""The feed of events for integrations."""
