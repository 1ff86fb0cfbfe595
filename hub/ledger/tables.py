"""The tables: all that a hub remembers."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from hub.ledger.columns import Key, Moment, Text
from hub.ledger.columns import metadata as metadata
from hub.ledger.content import answers as answers
from hub.ledger.content import blobs as blobs
from hub.ledger.content import chunks as chunks
from hub.ledger.content import configurations as configurations
from hub.ledger.turns import endpoints as endpoints
from hub.ledger.turns import gates as gates
from hub.ledger.turns import lanes as lanes
from hub.ledger.turns import pauses as pauses
from hub.ledger.turns import ticks as ticks
from hub.ledger.watch import alerts as alerts
from hub.ledger.watch import purges as purges

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Key, primary_key=True),
    Column("endpoint", Text, nullable=False),
    Column("key", Text, nullable=False),  # what the source calls this arrival; not the content
    Column("name", Text),
    Column("media_type", Text),
    Column("headers", Text),
    Column("handle", Text),
    Column("hash", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # received, done, failed, skipped
    Column("received_at", Moment, nullable=False),
    Column("told", Boolean, nullable=False, default=False),  # the far side knows that we have it
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", Moment, nullable=False),
    Column("error", Text),
    UniqueConstraint("endpoint", "key"),
    Index(
        "arrivals_open", "endpoint", "id", sqlite_where=text("state = 'received'"), postgresql_where=text("state = 'received'")
    ),
    Index("arrivals_untold", "endpoint", "id", sqlite_where=text("told = 0"), postgresql_where=text("NOT told")),
)
documents = Table(
    "documents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("arrival_id", Key, ForeignKey("arrivals.id")),
    Column("position", Integer, nullable=False),  # which document of its arrival; acknowledgements made count on from there
    Column("direction", Text, nullable=False),  # in, out
    Column("endpoint", Text, nullable=False),
    Column("partner", Text),
    Column("kind", Text, nullable=False),
    Column("type", Text),  # as the sender calls it
    Column("version", Text),
    Column("control_number", Text),
    Column("sender", Text, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("number", Text),
    Column("release", Text),
    Column("change", Text),
    Column("content", String(64), nullable=False),
    Column("state", Text, nullable=False),  # accepted, refused, duplicate, waiting, held, skipped, rejected, unsupported
    Column("why", Text),
    Column("canonical", Text),
    Column("findings", Text),
    Column("same_as", Key),
    Column("guide", Text),
    Column("configuration", Text),
    Column("made_at", Moment, nullable=False),
    Column("heard", Text),  # what systems were asked for it and said, as JSON
    UniqueConstraint("arrival_id", "position"),
    Index("documents_identity", "sender", "kind", "number"),
    Index("documents_number", "number"),
    Index("documents_endpoint", "endpoint", "kind", "made_at"),
    Index(
        "documents_stuck",
        "state",
        "id",
        sqlite_where=text("state in ('held', 'waiting')"),
        postgresql_where=text("state in ('held', 'waiting')"),
    ),
)
orders = Table(
    "orders",
    metadata,
    Column("id", Key, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("partner", Text),
    Column("test", Boolean, nullable=False),
    Column("number", Text, nullable=False),
    Column("release", Text, nullable=False, default=""),
    Column("extra", Text, nullable=False, default=""),  # what else the partner file says makes an order its own
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("channel", "test", "number", "release", "extra"),
    Index("orders_number", "number"),
)
revisions = Table(
    "revisions",
    metadata,
    Column("order_id", Key, ForeignKey("orders.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("document_id", Key, ForeignKey("documents.id"), nullable=False),
    Column("canonical", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)
document_orders = Table(
    "document_orders",
    metadata,
    Column("document_id", Key, ForeignKey("documents.id"), primary_key=True),
    Column("order_id", Key, ForeignKey("orders.id"), primary_key=True),
    Index("document_orders_order", "order_id"),
)
aliases = Table(
    "aliases",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("reference", Text, primary_key=True),  # what that system calls it
    Column("order_id", Key, ForeignKey("orders.id"), primary_key=True),
    Column("line", Text, primary_key=True, default=""),  # the buyer's line number, when the reference is a line's
    Column("at", Moment),  # since when we know it; null: since before that was kept
)
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("document_id", Key, ForeignKey("documents.id"), nullable=False),
    Column("target", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),  # due, sending, unknown, parked, held; done and skipped are the end
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("outbound_id", Key, ForeignKey("outbound.id")),
    Column("epoch", BigInteger),
    Column("error", Text),
    Column("reference", Text),
    Column("settled_at", Moment),
    Index("deliveries_document", "document_id"),
    Index("deliveries_outbound", "outbound_id"),
)
delivery_orders = Table(
    "delivery_orders",
    metadata,
    Column("delivery_id", Key, ForeignKey("deliveries.id"), primary_key=True),
    Column("order_id", Key, ForeignKey("orders.id"), primary_key=True),
    Index("delivery_orders_order", "order_id"),
)
outbound = Table(
    "outbound",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("target", Text, nullable=False),
    Column("partner", Text),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Text),
    Column("hash", String(64), nullable=False),
    Column("control_number", Text),
    Column("test", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("receipt", Text, nullable=False),  # none, open, overdue, the verdict that came, or resent
    Column("receipt_due", Moment),
    Column("configuration", Text),  # under which its bytes were made
)
parcels = Table(
    "parcels",
    metadata,
    Column("outbound_id", Key, ForeignKey("outbound.id"), primary_key=True),
    Column("document_id", Key, ForeignKey("documents.id"), primary_key=True),
    Column("partner", Text),
    Column("group_code", Text),
    Column("group_number", Text),
    Column("set_type", Text),
    Column("set_number", Text),
    Index("parcels_group", "partner", "group_number"),
)
receipts = Table(
    "receipts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("outbound_id", Key, ForeignKey("outbound.id"), nullable=False),
    Column("document_id", Key, ForeignKey("documents.id")),  # the acknowledgement that said so
    Column("concerns", Key, ForeignKey("documents.id")),  # the document it speaks of
    Column("verdict", Text, nullable=False),
    Column("detail", Text),
    Column("at", Moment, nullable=False),
    Index("receipts_outbound", "outbound_id"),
)
numbers = Table(
    "numbers",
    metadata,
    Column("counter", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
drawn = Table(
    "drawn",
    metadata,
    Column("counter", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("outbound_id", Key, ForeignKey("outbound.id")),
    Column("void", Text),  # the reason, when it was withdrawn
    Column("at", Moment, nullable=False),
)
serials = Table(
    "serials",
    metadata,
    Column("number", Text, primary_key=True),  # SSCC: never given twice
    Column("document_id", Key, ForeignKey("documents.id"), nullable=False),
    Column("package", Text, nullable=False),  # as the document calls it
    Column("at", Moment, nullable=False),
    UniqueConstraint("document_id", "package"),
)
cursors = Table(
    "cursors",
    metadata,
    Column("endpoint", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
timeline = Table(
    "timeline",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("order_id", Key, ForeignKey("orders.id")),
    Column("document_id", Key, ForeignKey("documents.id")),
    Column("arrival_id", Key, ForeignKey("arrivals.id")),
    Column("outbound_id", Key, ForeignKey("outbound.id")),
    Column("who", Text),
    Index("timeline_order", "order_id"),
    Index("timeline_arrival", "arrival_id"),
)
holds = Table(  # orders of which nothing leaves until a person says so
    "holds",
    metadata,
    Column("order_id", Key, ForeignKey("orders.id"), primary_key=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
waits = Table(  # documents that came before the one they speak of
    "waits",
    metadata,
    Column("document_id", Key, ForeignKey("documents.id"), primary_key=True),
    Column("until", Moment, nullable=False),
)
