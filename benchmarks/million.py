"""Intake, the life of an order and the list of what is stuck, with very many orders in the ledger against few."""

import argparse
import json
from typing import Any

from benchmarks import postgres
from benchmarks.intake import TOGETHER, measure

FEW = 1000
TAKEN_IN = 1000  # orders of one measurement of intake
COMPARED = {"intake": "cpu_ms_an_order", "trace": "trace_ms", "stuck": "stuck_ms"}
TURNS = 3


def best(database: str | None, before: int, turns: int) -> dict[str, Any]:
    """The least of some turns: what else the machine does makes a turn slower, never faster."""
    found = [measure(database, TAKEN_IN, TOGETHER, before) for _ in range(turns)]
    return {name: min(one[figure] for one in found) for name, figure in COMPARED.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="The same with many orders in the ledger as with few")
    parser.add_argument("--database", help=postgres.NAMED)
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders in the ledger, filled by bulk insert")
    given = parser.parse_args()
    with postgres.server(given.database) as address:
        few, many = best(address, FEW, TURNS), best(address, given.orders, 1)
    times = {name: round(many[name] / few[name], 2) for name in COMPARED}
    print(json.dumps({"orders": given.orders, "against": FEW, "ms_few": few, "ms_many": many, "times": times}))


if __name__ == "__main__":
    main()
