"""How fast the hub is. Each module prints one JSON line; `python -m benchmarks` runs them all and prints one table."""
