"""Webhooks: signatures, the line of what waits for its endpoints, and the ways to them."""
