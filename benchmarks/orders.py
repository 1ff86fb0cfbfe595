"""Writes X12 850 files of any size: ours, the same for the same seed."""

import argparse
from datetime import date
from pathlib import Path
from random import Random

SENDER, RECEIVER = "BENCHSHOP", "BENCHHUB"
ITEMS = (
    ("012345678905", "TEA-GREEN-100", "Green tea 100 g", "4.25"),
    ("036000291452", "TEA-BLACK-250", "Black tea 250 g", "6.9"),
    ("042100005264", "MUG-BLUE", "Mug, blue", "7.5"),
    ("071641001879", "POT-GLASS-1L", "Glass teapot 1 l", "18.4"),
    ("085239037829", "TIN-ROUND", "Round tin", "3.05"),
)
DAY = date(2026, 11, 22)
LINES = 5


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
    segments = [
        f"BEG*00*SA*{number}**{DAY:%Y%m%d}",
        "CUR*BY*USD",
        "REF*DP*042",
        f"DTM*002*{DAY:%Y%m}30",
        "N1*ST*Bench Store 42*92*0042",
        "N3*1 Main Street",
        "N4*Springfield*IL*62701*US",
    ]
    for line in range(1, lines + 1):
        upc, sku, text, price = dice.choice(ITEMS)
        segments += [f"PO1*{line}*{dice.randint(1, 99)}*EA*{price}*PE*UP*{upc}*VN*{sku}", f"PID*F****{text}"]
    return [*segments, f"CTT*{lines}"]


def into(folder: Path, orders: int, files: int, lines: int = LINES, seed: int = 1) -> int:
    """Write so many orders, spread evenly over so many files; says how many bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for n in range(files):
        numbers = [f"B{seed}-{k:07d}" for k in range(n * orders // files, (n + 1) * orders // files)]
        size += (folder / f"850-{n:06d}.edi").write_text(interchange(numbers, n + 1, lines, seed))
    return size


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
