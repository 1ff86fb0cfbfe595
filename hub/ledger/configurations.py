"""Configurations: what decided and wrote, each kept once by its content, so that a later release can still tell."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.ledger import blobs
from hub.ledger.content import configurations
from hub.ledger.sql import ignore


def get(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(configurations).where(configurations.c.hash == name)).first()


def keep(connection: Connection, manifest: bytes, files: Mapping[str, bytes], release: str, now: datetime) -> str:
    """Store the configuration unless it is there, each file once over all of them; says its name."""
    name = blobs.digest(manifest)
    if get(connection, name) is None:
        for body in files.values():
            blobs.keep(connection, body)
        blobs.keep(connection, manifest)
        ignore(connection, configurations, {"hash": name, "release": release, "at": now})
    return name


def files(connection: Connection, name: str) -> dict[str, bytes]:
    """Every file of a configuration by its name."""
    manifest = json.loads(blobs.body(connection, name))
    return {file: blobs.body(connection, blob) for file, blob in manifest["files"].items()}
