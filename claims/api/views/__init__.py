"""The endpoints of claims."""
