"""X12: reading, writing, and the second reader."""
