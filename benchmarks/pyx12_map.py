"""A map of the 850 for pyx12's validator, which brings none: as much of it as the benchmark's files have."""

import shutil
from importlib.resources import files
from pathlib import Path

# tag -> use, how often, its elements (number in the dictionary, use, codes), its conditional notes
Elements = list[tuple[str, str, str]]
PAIRS: Elements = [("235", "S", ""), ("234", "S", "")] * 10
SEGMENTS: dict[str, tuple[str, str, Elements, tuple[str, ...]]] = {
    "ISA": ("R", "1", [(f"I{number}", "R", codes) for number, codes in (
        ("01", ""), ("02", ""), ("03", ""), ("04", ""), ("05", ""), ("06", ""), ("05", ""), ("07", ""), ("08", ""), ("09", ""),
        ("10", "U"), ("11", "00401"), ("12", ""), ("13", "0 1"), ("14", "P T"), ("15", ""))], ()),
    "GS": ("R", "1", [("479", "R", "PO"), ("142", "R", ""), ("124", "R", ""), ("373", "R", ""), ("337", "R", ""), ("28", "R", ""),
                      ("455", "R", "X"), ("480", "R", "004010")], ()),
    "ST": ("R", "1", [("143", "R", "850"), ("329", "R", "")], ()),
    "BEG": ("R", "1", [("353", "R", "00 01 05"), ("92", "R", "SA NE BK DS"), ("324", "R", ""), ("328", "S", ""), ("373", "R", "")], ()),
    "CUR": ("S", "1", [("98", "R", ""), ("100", "R", "")], ()),
    "REF": ("S", ">1", [("128", "R", ""), ("127", "S", ""), ("352", "S", "")], ("R0203",)),
    "DTM": ("S", "10", [("374", "R", ""), ("373", "S", ""), ("337", "S", "")], ("R0203",)),
    "N1": ("R", "1", [("98", "R", "BT ST BY"), ("93", "S", ""), ("66", "S", ""), ("67", "S", "")], ("R0203", "P0304")),
    "N3": ("S", "2", [("166", "R", ""), ("166", "S", "")], ()),
    "N4": ("S", "1", [("19", "S", ""), ("156", "S", ""), ("116", "S", ""), ("26", "S", "")], ()),
    "PO1": ("R", "1", [("350", "S", ""), ("330", "S", ""), ("355", "S", ""), ("212", "S", ""), ("639", "S", ""), *PAIRS],
            ("C0302", "C0504", "P0607", "P0809", "P1011")),
    "PID": ("S", "1", [("349", "R", "F S X"), ("750", "S", ""), ("559", "S", ""), ("751", "S", ""), ("352", "S", "")], ()),
    "CTT": ("S", "1", [("354", "R", ""), ("347", "S", "")], ()),
    "SE": ("R", "1", [("96", "R", ""), ("329", "R", "")], ()),
    "GE": ("R", "1", [("97", "R", ""), ("28", "R", "")], ()),
    "IEA": ("R", "1", [("I16", "R", ""), ("I12", "R", "")], ()),
}  # fmt: skip
ENDS = {"ISA": "IEA", "GS": "GE", "ST": "SE"}
MISSING = {"92": ("ID", 2, 2, "order type"), "330": ("R", 1, 15, "quantity ordered")}  # from its dictionary of elements
BROUGHT = ("x12.control.00401.xml", "x12.control.00501.xml", "codes.xml", "997.4010.xml")
MAPS = """<?xml version="1.0" encoding="UTF-8"?>
<maps><version icvn="00401"><map vriic="004010" fic="PO" abbr="850">850.4010.xml</map>
<map vriic="004010" fic="FA" abbr="997">997.4010.xml</map><map vriic="" fic="" abbr="X12">x12.control.00401.xml</map></version></maps>
"""


def write(folder: Path) -> None:
    """A folder of maps: ours, beside what pyx12 needs of its own."""
    own = files("pyx12").joinpath("map")
    for name in BROUGHT:
        with own.joinpath(name).open("rb") as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)
    elements = own.joinpath("dataele.xml").read_text(encoding="utf-8")
    added = "".join(
        f'<data_ele ele_num="{number}" data_type="{type_}" min_len="{low}" max_len="{high}" name="{title}"/>'
        for number, (type_, low, high, title) in MISSING.items()
        if f'ele_num="{number}"' not in elements
    )
    (folder / "dataele.xml").write_text(elements.replace("</data_elements>", f"{added}</data_elements>"), encoding="utf-8")
    (folder / "850.4010.xml").write_text(_map(), encoding="utf-8")
    (folder / "maps.xml").write_text(MAPS, encoding="utf-8")


def _map() -> str:
    party = _loop("N1", 310, "200", [_segment("N1", 310), _segment("N3", 330), _segment("N4", 340)], use="S")
    header = [_segment(tag, place) for tag, place in (("BEG", 20), ("CUR", 40), ("REF", 50), ("DTM", 150))]
    line = _loop("PO1", 10, "100000", [_segment("PO1", 10), _loop("PID", 50, "1000", [_segment("PID", 50)], use="S")])
    wrapped = [
        _loop("HEADER", 20, ">1", [*header, party], kind="wrapper"),
        _loop("DETAIL", 30, ">1", [line], kind="wrapper"),
        _loop("FOOTER", 40, ">1", [_segment("CTT", 10)], kind="wrapper"),
    ]
    inner = _loop("ST_LOOP", 20, ">1", [_segment("ST", 10), *wrapped, _segment("SE", 90)], kind="explicit")
    group = _loop("GS_LOOP", 20, ">1", [_segment("GS", 10), inner, _segment("GE", 30)], kind="explicit")
    whole = _loop("ISA_LOOP", 1, ">1", [_segment("ISA", 10), group, _segment("IEA", 30)], kind="explicit")
    return f'<?xml version="1.0"?><transaction xid="850"><name>850</name>{whole}</transaction>'


def _segment(tag: str, place: int) -> str:
    use, often, elements, notes = SEGMENTS[tag]
    end = f"<end_tag>{ENDS[tag]}</end_tag>" if tag in ENDS else ""
    limits = f"<usage>{use}</usage><pos>{place:03}</pos><max_use>{often.replace('>', '&gt;')}</max_use>"
    syntax = "".join(f"<syntax>{note}</syntax>" for note in notes)
    inside = "".join(_element(tag, index, *element) for index, element in enumerate(elements, 1))
    return f'<segment xid="{tag}"><name>{tag}</name>{end}{limits}{syntax}{inside}</segment>'


def _element(tag: str, index: int, number: str, use: str, codes: str) -> str:
    name = f"{tag}{index:02}"
    allowed = "".join(f"<code>{code}</code>" for code in codes.split())
    allowed = f"<valid_codes>{allowed}</valid_codes>" if allowed else ""
    inside = f"<data_ele>{number}</data_ele><name>{name}</name><usage>{use}</usage><seq>{index:02}</seq>{allowed}"
    return f'<element xid="{name}">{inside}</element>'


def _loop(name: str, place: int, often: str, inside: list[str], use: str = "R", kind: str = "") -> str:
    type_ = f' type="{kind}"' if kind else ""
    limits = f"<usage>{use}</usage><pos>{place:03}</pos><repeat>{often.replace('>', '&gt;')}</repeat>"
    return f'<loop xid="{name}"{type_}><name>{name}</name>{limits}{"".join(inside)}</loop>'
