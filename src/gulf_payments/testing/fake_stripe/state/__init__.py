"""What the fake remembers: objects, plans, the time, ids."""
