"""Bytes in, events out, and back: pure readers and writers of what documents travel in."""
