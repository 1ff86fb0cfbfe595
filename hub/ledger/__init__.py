"""The ledger: the hub's own truth, and the only SQL. Functions take a connection and are grouped by what they keep."""

from hub.ledger import indexes as indexes
