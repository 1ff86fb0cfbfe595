"""Use cases: what a person or a clock may ask for. Doors call these, these call the rooms below."""
