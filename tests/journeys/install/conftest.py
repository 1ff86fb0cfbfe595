"""Scripts, some of them for the counterpart's own Python: nothing in here is a test."""

collect_ignore_glob = ["*.py"]
