"""What a shop's own tests may use: a Stripe that behaves, and the contracts that adapters must keep."""
