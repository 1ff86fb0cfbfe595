"""Writes X12 850 files of any size: ours, the same for the same seed."""

import argparse
from datetime import date
from itertools import count
from pathlib import Path
from random import Random

SENDER, RECEIVER = "BENCHSHOP", "BENCHHUB"
KINDS = ("Green tea", "Black tea", "Mug, blue", "Glass teapot", "Round tin", "Filter bags", "Honey", "Bamboo whisk")
DAY = date(2026, 11, 22)
LINES = 5
MB = 1_000_000


def gtin(dice: Random, digits: int = 12) -> str:
    """A trade item number that nobody else has, with its check digit."""
    body = f"{dice.randrange(10 ** (digits - 2), 10 ** (digits - 1))}"
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def interchange(numbers: list[str], control: int, lines: int = LINES, seed: int = 1) -> str:
    """One interchange with one group; an order for each number."""
    dice = Random(f"{seed}:{control}")
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{SENDER:15}*ZZ*{RECEIVER:15}*{DAY:%y%m%d}*1200*U*00401*{control:09d}*0*P*>",
        f"GS*PO*{SENDER}*{RECEIVER}*{DAY:%Y%m%d}*1200*{control}*X*004010",
    ]
    for place, number in enumerate(numbers, start=1):
        body = order(number, lines, dice)
        segments += [f"ST*850*{place:04d}", *body, f"SE*{len(body) + 2}*{place:04d}"]
    segments += [f"GE*{len(numbers)}*{control}", f"IEA*1*{control:09d}"]
    return "~\n".join(segments) + "~\n"


def order(number: str, lines: int, dice: Random) -> list[str]:
    """One 850, without ST and SE."""
    store = dice.randint(1, 999)
    segments = [
        f"BEG*00*SA*{number}**{DAY:%Y%m}{dice.randint(1, 28):02}",
        "CUR*BY*USD",
        f"REF*DP*{dice.randint(1, 999):03}",
        f"DTM*002*{DAY:%Y%m}30",
        f"N1*ST*Bench Store {store}*92*{store:04}",
        f"N3*{dice.randint(1, 9999)} Main Street",
        "N4*Springfield*IL*62701*US",
    ]
    for line in range(1, lines + 1):
        price, kind, size = dice.randint(99, 99999), dice.choice(KINDS), dice.randint(1, 999)
        segments += [
            f"PO1*{line}*{dice.randint(1, 499)}*EA*{price // 100}.{price % 100:02}*PE*UP*{gtin(dice)}*VN*{dice.randint(10**6, 10**7)}",
            f"PID*F****{kind} {size} g",
        ]
    return [*segments, f"CTT*{lines}"]


def into(folder: Path, orders: int, files: int, lines: int = LINES, seed: int = 1) -> int:
    """Write so many orders, spread evenly over so many files; says how many bytes. Another seed makes others, with other numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for n in range(files):
        numbers = [f"B{seed}-{k:07d}" for k in range(n * orders // files, (n + 1) * orders // files)]
        size += (folder / f"850-{n:06d}.edi").write_text(interchange(numbers, (seed - 1) * files + n + 1, lines, seed))
    return size


def of_size(file: Path, mb: float, lines: int = 10) -> int:
    """Write one interchange of this size; says how many orders are in it."""
    one = len(interchange(["B1-0000001"], 1, lines)) - len(interchange([], 1, lines))
    orders = round(mb * MB / one)
    file.write_text(interchange([f"B1-{number:07d}" for number in range(orders)], 1, lines))
    return orders


def message(number: str, lines: int, dice: Random) -> list[str]:
    """One ORDERS of D.96A, without UNH and UNT; a released character in each line."""

    def party(role: str) -> str:
        return f"NAD+{role}+{gtin(dice, 13)}::9++Bench Markt {dice.randint(1, 99)}+Hauptstr. {dice.randint(1, 999)}+Gent++{dice.randint(1000, 9999)}+BE"

    segments = [
        f"BGM+220+{number}+9",
        f"DTM+137:{DAY:%Y%m}{dice.randint(1, 28):02}:102",
        f"DTM+2:{DAY:%Y}12{dice.randint(1, 28):02}:102",
    ]
    segments += [
        f"RFF+CT:{dice.randint(1, 999999)}",
        party("BY"),
        f"RFF+VA:BE0{dice.randint(10**8, 10**9)}",
        party("SU"),
        party("DP"),
    ]
    segments.append("CUX+2:EUR:9")
    for line in range(1, lines + 1):
        price = dice.randint(99, 99999)
        segments += [
            f"LIN+{line}++{gtin(dice, 13)}:EN",
            f"PIA+1+V{dice.randint(10**6, 10**7)}:SA+B{dice.randint(10**5, 10**6)}:BP",
            f"IMD+F++:::{dice.choice(KINDS)} {dice.randint(1, 999)} g?+",
            f"QTY+21:{dice.randint(1, 499)}:PCE",
            f"PRI+AAA:{price // 100}.{price % 100:02}",
        ]
    return [*segments, "UNS+S", f"CNT+2:{lines}"]


def messages_of_size(file: Path, mb: float, lines: int = 10) -> int:
    """Write one interchange of EDIFACT of this size; says how many orders are in it."""
    dice, size = Random(1), 0
    segments = [f"UNA:+.? 'UNB+UNOC:3+{gtin(dice, 13)}:14+{gtin(dice, 13)}:14+{DAY:%y%m%d}:1200+1"]
    for place in count(1):
        body = message(f"B1-{place:07d}", lines, dice)
        segments += [f"UNH+{place}+ORDERS:D:96A:UN:EAN008", *body, f"UNT+{len(body) + 2}+{place}"]
        size += sum(map(len, body)) + len(body) + 60
        if size >= mb * MB:
            break
    file.write_text("'".join([*segments, f"UNZ+{place}+1"]) + "'")
    return place


def main() -> None:
    parser = argparse.ArgumentParser(description="Write 850 files")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{into(given.folder, given.orders, given.files, given.lines, given.seed)} bytes in {given.folder}")


if __name__ == "__main__":
    main()
