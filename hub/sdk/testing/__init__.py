"""For tests of connectors: a bench, counterparts, and the conformance suite that is asked of every connector found."""

from hub.sdk.testing.bench import (
    BUSY,
    CUT_AFTER,
    CUT_BEFORE,
    FAILING,
    GARBAGE,
    GONE,
    HALF,
    OPEN,
    REFUSING,
    SILENT,
    Bench,
    Counterpart,
    HurriedClock,
    Memory,
)
from hub.sdk.testing.question import QUESTIONS, asked, fails, pulled
from hub.sdk.testing.standin import Call, Served, StandIn

__all__ = [
    "BUSY",
    "CUT_AFTER",
    "CUT_BEFORE",
    "FAILING",
    "GARBAGE",
    "GONE",
    "HALF",
    "OPEN",
    "QUESTIONS",
    "REFUSING",
    "SILENT",
    "Bench",
    "Call",
    "Counterpart",
    "HurriedClock",
    "Memory",
    "Served",
    "StandIn",
    "asked",
    "fails",
    "pulled",
]
