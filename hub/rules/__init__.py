"""Meaning of settings about routes, retries, conditions: pure values and decisions."""
