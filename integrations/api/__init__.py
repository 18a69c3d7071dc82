"""Endpoints that draw on several apps."""
