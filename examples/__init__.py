"""Shops to start from: each is thin, real, and run by the tests."""
