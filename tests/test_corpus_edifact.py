"""Real EDIFACT, every file of the corpus: no crash, envelopes judged as the index says, contents without false faults."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from hub.operations.read import Desk

HERE = Path(__file__).resolve().parents[2] / "shared" / "corpus"
DESK = Desk()
OURS = ("ORDERS", "ORDCHG", "ORDRSP", "DESADV", "INVOIC", "CONTRL", "APERAK")

# What the index says of a malformed file -> our finding for it; None where it names no fault of the envelope.
FAULTS = {
    r"UNT count \d+ but \d+ segments": "0085:29",
    r"UNZ count \d+ but \d+ messages": "0085:29",
    r"UNT ref \S+ != UNH ref": "0085:28",
    r"UNZ ref \S+ != UNB ref": "0085:28",
    r"truncated: no UNZ": "0085:13",
    r"UNB without preceding UNZ": "0085:13",
    r"no UNB interchange header": "hub:no-interchange",
    r"unusual tag \w+": None,
    r"content: .*": None,
}
ENVELOPE = re.compile(r"0085:(28|29|33)\Z|hub:no-interchange\Z")
