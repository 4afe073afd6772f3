"""The resources of Stripe's API, one module each: parameters, behaviour, and its routes at the foot."""
