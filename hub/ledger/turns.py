"""The tables of who works when: lanes and their leases, ticks, and endpoints that are left alone."""

from sqlalchemy import BigInteger, Column, Integer, Table

from hub.ledger.columns import Moment, Text, metadata

lanes = Table(
    "lanes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text),
    Column("epoch", BigInteger, nullable=False),
    Column("until", Moment, nullable=False),
)
ticks = Table(
    "ticks",
    metadata,
    Column("schedule", Text, primary_key=True),
    Column("planned", Moment, primary_key=True),
    Column("fired_at", Moment, nullable=False),
    Column("done_at", Moment),
)
endpoints = Table(
    "endpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("stopped", Text),  # why it was stopped; null while it runs
    Column("since", Moment),
)
gates = Table(
    "gates",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("failures", Integer, nullable=False),  # in a row
    Column("until", Moment),  # left in peace until then
    Column("free_at", Moment),  # the next free slot, where the endpoint's file sets a pace
    Column("why", Text),
)
pauses = Table(  # endpoints that a person stopped; unlike `endpoints.stopped`, no start of the hub ends it
    "pauses",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
