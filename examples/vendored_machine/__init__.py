"""A shop that copied the law, `machine.py`, and nothing else of gulf_payments: its own table, the standard library."""
