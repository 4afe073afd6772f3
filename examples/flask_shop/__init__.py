"""The shop on Flask: `python -m examples.flask_shop`."""
