"""The walk of a document, in order. Each stage is a file beside this one.

Durable points: *received* (bytes and cursor, then the far side is told), *decided* (documents, orders, deliveries and
acknowledgements together), *settled*. What lies between is run again after a crash, with the same result.
"""

# Points a probe hears, in the order of a walk; crash tests kill at each of them.
POINTS = (
    "receive.pulled",  # the bytes are in memory only
    "receive.commit",  # they are about to be stored
    "receive.stored",  # stored, the far side not yet told
    "receive.told",
    "read",
    "acknowledge",
    "translate",
    "decide.commit",
    "decide.stored",
    "render",
    "render.commit",  # numbers and bytes about to be stored, with the intent to send them
    "render.stored",
    "push.begin",
    "push.sent",  # the far side has answered, nothing of it is stored
    "settle.commit",
    "settle.stored",
)

# Points of documents with packages that are to be given numbers; others pass them by.
OF_PACKAGES = (
    "number.commit",  # numbers about to be stored with the document
    "number.stored",  # stored, nothing made of them yet
)

# Points of a large arrival that is decided in parts; each but the last is stored here, the last at `decide.commit`.
OF_PARTS = ("decide.part",)

# Points of documents for which a system must be asked; others pass them by.
OF_ASKING = (
    "ask.answered",  # the answers are in memory only
    "ask.stored",  # stored, nothing decided by them yet
)
