"""The walk of a document: one file per stage, named in order by `stages.py`; and what drives it: drain, poll, pulse."""
