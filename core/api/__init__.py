"""The base that all endpoints stand on; `docs/howto/add-an-endpoint.md` shows its use."""
