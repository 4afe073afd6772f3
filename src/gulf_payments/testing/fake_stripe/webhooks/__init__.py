"""Webhooks: signatures, and the queue of what endpoints have not yet taken."""
