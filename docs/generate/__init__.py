"""Pages made from the code: each module makes some of them as a mapping of path to text. Not part of the wheel."""
