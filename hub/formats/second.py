"""What is said where the second reader saw something else than was meant."""

from hub.findings import Finding

CODE = "hub:second-reader"


def disagrees(words: str, position: int | None = None) -> Finding:
    """Nothing of it leaves."""
    hint = "It was not sent. This is a fault of the hub or of a guide: report it with the document."
    return Finding(CODE, words, position=position, hint=hint)
