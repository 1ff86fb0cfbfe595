"""EDIFACT: reading."""
