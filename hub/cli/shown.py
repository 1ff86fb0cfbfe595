"""Text of others, as a terminal may have it."""


def shown(text: str) -> str:
    """Text that cannot upset a terminal, whatever was in the file."""
    clean = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
    return clean.encode("utf-8", "backslashreplace").decode("utf-8")
