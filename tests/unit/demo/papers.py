"""Right papers for one order, as a hub would send them; the tests spoil them one value at a time."""

from hub.demo.letter import Set, read
from hub.demo.purchase import CATALOGUE, KETTLE, buy

TEA = CATALOGUE[0]
PURCHASE = buy("PO-7", (KETTLE, 100), (TEA, 24))

RESPONSE = """
BAK*00*AD*PO-7*20261122****SO-70001*20261122
CUR*SE*USD
PO1*1*100*EA*31.99*PE*UP*078915030900*VN*KETTLE-1L
ACK*IA*60*EA*068*20261124
ACK*IB*40*EA*068*20261130
PO1*2*24*EA*4.25*PE*UP*012345678905*VN*TEA-GREEN-100
ACK*IA*24*EA*068*20261124
CTT*2
"""

NOTICE = """
BSN*00*SHP-1*20261122*1200*0001
HL*1**S*1
TD5**2*UPSN**UPS Ground
HL*2*1*O*1
PRF*PO-7***20261122
HL*3*2*P*1
MAN*GM*106141410001000001
HL*4*3*I*0
LIN*1*UP*078915030900*VN*KETTLE-1L
SN1**60*EA
HL*5*2*P*1
MAN*GM*106141410001000018
HL*6*5*I*0
LIN*2*UP*012345678905*VN*TEA-GREEN-100
SN1**24*EA
CTT*6
"""

REST = """
BSN*00*SHP-2*20261123*1200*0001
HL*1**S*1
HL*2*1*O*1
PRF*PO-7***20261122
HL*3*2*P*1
MAN*GM*106141410001000025
HL*4*3*I*0
LIN*1*UP*078915030900*VN*KETTLE-1L
SN1**40*EA
CTT*4
"""

INVOICE = """
BIG*20261122*RE-1*20261122*PO-7
CUR*SE*USD
IT1*1*60*EA*31.99*PE*UP*078915030900*VN*KETTLE-1L
IT1*2*24*EA*4.25*PE*UP*012345678905*VN*TEA-GREEN-100
TDS*202140
CTT*2
"""

REST_INVOICE = """
BIG*20261123*RE-2*20261122*PO-7
IT1*1*40*EA*31.99*PE*UP*078915030900*VN*KETTLE-1L
TDS*127960
"""

ACCEPTED = """
AK1*PO*1
AK2*850*0001
AK5*A
AK9*A*1*1*1
"""

REJECTED = """
AK1*PO*1
AK2*850*0001
AK3*PO1*10**8
AK4*2*330*6*1OO
AK5*R*5
AK9*R*1*1*0
"""

TYPES = {"BAK": ("PR", "855"), "BSN": ("SH", "856"), "BIG": ("IN", "810"), "AK1": ("FA", "997")}


def letter(*texts: str, number: int = 1, sender: str = "CROSSDOCKCO") -> bytes:
    """One interchange from the hub; each text is a set in a group of its own."""
    head = f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*ACMERETAIL     *261122*1200*U*00401*{number:09d}*0*P*>~"
    groups = "".join(group(text, 10 * number + place) for place, text in enumerate(texts))
    return f"{head}{groups}IEA*{len(texts)}*{number:09d}~".encode()


def group(text: str, control: int) -> str:
    lines = text.strip().splitlines()
    code, kind = TYPES[lines[0][:3]]
    body = "~".join([f"ST*{kind}*0001", *lines, f"SE*{len(lines) + 2}*0001"])
    return f"GS*{code}*CROSSDOCKCO*ACMERETAIL*20261122*1200*{control}*X*004010~{body}~GE*1*{control}~"


def paper(text: str) -> Set:
    """The set of a text."""
    return read(letter(text)).groups[0].sets[0]


def spoiled(text: str, right: str, wrong: str) -> Set:
    """The same paper with one thing wrong; what is to be spoiled must be there."""
    assert right in text
    return paper(text.replace(right, wrong, 1))
