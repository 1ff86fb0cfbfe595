"""Guides: the one description of an EDI document, and what follows from it: reading, writing, checking. Pure."""
