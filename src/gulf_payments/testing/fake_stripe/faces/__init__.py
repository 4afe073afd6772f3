"""The ways to the core: the SDK's HTTP client, httpx, WSGI."""
