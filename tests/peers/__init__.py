"""Pretend platforms on loopback, for tests and trials by hand: real servers that speak the real protocol."""
