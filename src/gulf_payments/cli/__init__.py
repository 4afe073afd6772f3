"""The `gulf-payments` command: it parses, calls and prints; everything it does is in the library."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Without the extra `cli` it says how to get it, and exits with 2."""
    try:
        from gulf_payments.cli.commands import app
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith("gulf_payments"):
            raise
        sys.stderr.write(f"the command line needs {missing.name}: pip install 'gulf_payments[cli]'\n")
        sys.exit(2)
    app()
