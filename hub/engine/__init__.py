"""Engines decide which process drains which lane, and when; never what a drain does."""
