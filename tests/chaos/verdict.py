"""The judge: every order once in the ERP, one 997 and one of each answer at the retailer, no number for two contents.

Pushes are repeated only as their way of being safe allows: a post to the ERP may come twice (its key makes them one), a file may
not (the folder can be asked).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.stores import Paper, Segment, Stores, sets

WHERE = {"855": ("BAK", 3), "856": ("PRF", 1), "810": ("BIG", 4)}  # the order's number in each answer


@dataclass
class Verdict:
    """What was counted, and every fault."""

    orders: int
    counts: dict[str, int] = field(default_factory=dict)
    repeats: dict[str, int] = field(default_factory=dict)  # harmless, and counted
    faults: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return not self.faults


def judge(stores: Stores, expected: int) -> Verdict:
    """The verdict over one run in which so many clean orders were placed."""
    verdict = Verdict(len(stores.orders), faults=list(stores.complaints))
    if len(stores.orders) != expected:
        verdict.faults.append(f"{len(stores.orders)} orders were placed, not {expected}")
    tallies = {
        "in the ERP": Counter(reference for reference, _ in stores.booked),
        "997": receipts(stores, verdict.faults),
        **{kind: answers(stores.papers, kind) for kind in WHERE},
        "ship order": stores.shipped,
        "invoice booked": stores.billed,
    }
    for what, tally in tallies.items():
        verdict.counts[what] = sum(tally.values())
        verdict.faults += once(what, tally, stores.orders)
    verdict.faults += altered(stores) + reused(stores.papers) + groups_reused(stores.papers)
    verdict.faults += again(stores.papers)
    verdict.repeats = {"files": repeated(stores.papers), "posts to the ERP": stores.posts.total() - len(stores.posts)}
    return verdict


def once(what: str, tally: Counter[str], orders: Iterable[str]) -> list[str]:
    """Each order once, and nothing that was never ordered."""
    wanted = set(orders)
    wrong = [f"{number}: {tally[number]} times {what}" for number in sorted(wanted) if tally[number] > 1]
    wrong += [f"{number}: no {what}" if what[0].isdigit() else f"{number}: not {what}" for number in sorted(wanted - set(tally))]
    return wrong + [f"{number}: {what}, and nobody ordered it" for number in sorted(set(tally) - wanted)]


def receipts(stores: Stores, faults: list[str]) -> Counter[str]:
    """997s by order; each must accept."""
    tally: Counter[str] = Counter()
    for receipt in sets(stores.papers, "997"):
        ak1 = first(receipt, "AK1")
        number = stores.groups.get(ak1[2], f"group {ak1[2]}")
        tally[number] += 1
        if first(receipt, "AK9")[1] != "A":
            faults.append(f"{number}: its 997 does not accept it")
    return tally


def answers(papers: list[Paper], kind: str) -> Counter[str]:
    tag, place = WHERE[kind]
    return Counter(first(one, tag)[place] for one in sets(papers, kind))


def first(segments: list[Segment], tag: str) -> Segment:
    """The first segment of this tag, long enough to be asked for any element."""
    return [*next((segment for segment in segments if segment[0] == tag), [tag]), *[""] * 10]


def altered(stores: Stores) -> list[str]:
    """What the ERP booked is what was ordered, line by line."""
    known = [(reference, lines) for reference, lines in stores.booked if reference in stores.orders]
    return [f"{reference}: booked with other lines" for reference, lines in known if lines != stores.orders[reference]]


def reused(papers: list[Paper]) -> list[str]:
    """One control number, one content."""
    contents: dict[str, dict[str, str]] = defaultdict(dict)
    for paper in papers:
        contents[paper.control][paper.digest] = paper.name
    return [f"number {number} stands on {' and '.join(names.values())}" for number, names in contents.items() if len(names) > 1]


def groups_reused(papers: list[Paper]) -> list[str]:
    """One group number, one interchange."""
    homes: dict[str, set[str]] = defaultdict(set)
    for paper in papers:
        for segment in paper.segments:
            if segment[0] == "GS":
                homes[segment[6]].add(paper.digest)
    return [f"group number {number} stands in {len(found)} contents" for number, found in homes.items() if len(found) > 1]


def again(papers: list[Paper]) -> list[str]:
    """A file that can be looked for is never sent twice."""
    count = Counter((paper.control, paper.digest) for paper in papers)
    return [f"the file under {control} came {times} times" for (control, _), times in count.items() if times > 1]


def repeated(papers: list[Paper]) -> int:
    """Files that came again, byte for byte, under the same number."""
    return len(papers) - len({(paper.control, paper.digest) for paper in papers})
