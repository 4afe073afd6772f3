"""How Stripe's API reads requests and words its answers."""
