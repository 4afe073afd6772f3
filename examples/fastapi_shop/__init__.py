"""The shop on FastAPI: `python -m examples.fastapi_shop`."""
