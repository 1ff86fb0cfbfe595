"""The segments of envelopes in words: they stand in no guide, since every document has the same."""

# tag -> title, and the titles of its elements in order
X12: dict[str, tuple[str, tuple[str, ...]]] = {
    "ISA": (
        "begin of the interchange",
        (
            "kind of authorization",
            "authorization",
            "kind of password",
            "password",
            "kind of sender id",
            "sender",
            "kind of receiver id",
            "receiver",
            "date",
            "time",
            "repetition separator or standard",
            "version",
            "control number",
            "receipt wanted",
            "test or production",
            "component separator",
        ),
    ),
    "GS": (
        "begin of a group",
        ("kind of documents", "sender", "receiver", "date", "time", "control number", "agency", "version"),
    ),
    "ST": ("begin of a document", ("document type", "control number", "implementation")),
    "SE": ("end of the document", ("number of segments", "control number")),
    "GE": ("end of the group", ("number of documents", "control number")),
    "IEA": ("end of the interchange", ("number of groups", "control number")),
    "TA1": ("receipt for an interchange", ("control number", "date", "time", "verdict", "reason")),
    "ISB": ("deferred delivery", ()),
    "ISE": ("deferred delivery", ("date", "time")),
}
EDIFACT: dict[str, tuple[str, tuple[str, ...]]] = {
    "UNA": ("separators that follow", ()),
    "UNB": (
        "begin of the interchange",
        (
            "syntax and version",
            "sender",
            "receiver",
            "date and time",
            "control reference",
            "password",
            "application",
            "priority",
            "receipt wanted",
            "agreement",
            "test",
        ),
    ),
    "UNG": (
        "begin of a group",
        ("kind of messages", "sender", "receiver", "date and time", "reference", "agency", "version", "password"),
    ),
    "UNH": ("begin of a message", ("reference", "message type and version", "access reference", "state of transfer")),
    "UNT": ("end of the message", ("number of segments", "reference")),
    "UNE": ("end of the group", ("number of messages", "reference")),
    "UNZ": ("end of the interchange", ("number of messages or groups", "control reference")),
}
OF = {"x12": X12, "edifact": EDIFACT}

# what single codes of envelopes say
CODES: dict[tuple[str, int], dict[str, str]] = {
    ("ISA", 1): {"00": "none"},
    ("ISA", 3): {"00": "none"},
    ("ISA", 14): {"0": "no receipt wanted", "1": "a receipt (TA1) is wanted"},
    ("ISA", 15): {"T": "test", "P": "production"},
    ("GS", 7): {"X": "X12", "T": "TDCC"},
    ("TA1", 4): {"A": "accepted", "E": "accepted with errors", "R": "rejected"},
    ("UNB", 9): {"1": "a receipt (CONTRL) is wanted"},
    ("UNB", 11): {"1": "test"},
}
SCHEMES = {
    "01": "DUNS",
    "08": "UCC communications id",
    "12": "phone",
    "14": "DUNS with suffix",
    "ZZ": "mutually agreed",
    "9": "DUNS with suffix",
}
for _at in (5, 7):
    CODES["ISA", _at] = SCHEMES
DATES = {("ISA", 9), ("GS", 4), ("TA1", 2)}
TIMES = {("ISA", 10), ("GS", 5), ("TA1", 3)}
