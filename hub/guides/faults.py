"""What can be wrong with a segment or element, and the code each standard has for it."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One kind of fault: the check that looks for it, X12's code, EDIFACT's, and what to do."""

    check: str
    x12: str
    edifact: str
    hint: str


SEGMENT_UNKNOWN = Fault("segment_unknown", "AK304:1", "0085:15", "leave the segment out, or agree on it with the receiver")
SEGMENT_UNEXPECTED = Fault("segment_forbidden", "AK304:2", "0085:15", "leave the segment out here")
SEGMENT_MISSING = Fault("segment_required", "AK304:3", "0085:13", "add the segment")
LOOP_TOO_OFTEN = Fault("segment_repeat", "AK304:4", "0085:36", "send fewer, or split the document")
SEGMENT_TOO_OFTEN = Fault("segment_repeat", "AK304:5", "0085:35", "send fewer of them")
SEGMENT_MISPLACED = Fault("segment_order", "AK304:7", "0085:15", "move the segment to its place")

ELEMENT_MISSING = Fault("element_required", "AK403:1", "0085:13", "fill the element")
ELEMENT_NEEDED = Fault("conditional", "AK403:2", "0085:13", "fill the element, or empty the one that asks for it")
TOO_MANY_ELEMENTS = Fault("element_excess", "AK403:3", "0085:16", "leave out what stands behind the last element")
TOO_SHORT = Fault("element_length", "AK403:4", "0085:40", "send a longer value")
TOO_LONG = Fault("element_length", "AK403:5", "0085:39", "send a shorter value")
WRONG_CHARACTER = Fault("element_type", "AK403:6", "0085:37", "use only characters that the type of the element allows")
WRONG_CODE = Fault("code", "AK403:7", "0085:12", "use one of the codes agreed")
WRONG_DATE = Fault("date", "AK403:8", "0085:12", "send CCYYMMDD")
WRONG_TIME = Fault("time", "AK403:9", "0085:12", "send HHMM or HHMMSS, by the 24-hour clock")
ELEMENT_EXCLUDED = Fault("exclusive", "AK403:10", "0085:12", "leave one of them empty")
ELEMENT_FORBIDDEN = Fault("element_forbidden", "AK403:10", "0085:12", "leave it empty")
REPEATED = Fault("element_repeat", "AK403:3", "0085:35", "send fewer repetitions")

# what codecs call it
MISREAD = {"character": WRONG_CHARACTER, "date": WRONG_DATE, "time": WRONG_TIME, "code": WRONG_CODE}


def code(fault: Fault, standard: str) -> str:
    """The code of a fault in this standard.

    >>> code(TOO_LONG, "x12"), code(TOO_LONG, "edifact")
    ('AK403:5', '0085:39')
    """
    return fault.x12 if standard == "x12" else fault.edifact
