"""What gulf_payments costs beside its peers and beside the bare driver: `python -m benchmarks`."""
