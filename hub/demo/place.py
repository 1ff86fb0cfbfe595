"""Where everybody of the demo is found: folders and addresses, handed on by environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "CROSSDOCK_DEMO_"


@dataclass(frozen=True)
class Place:
    """Folders and addresses of one demo."""

    folder: Path
    inbox: Path  # the retailer writes, the hub reads
    outbox: Path  # the hub writes, the retailer reads
    erp_url: str
    erp_key: str
    warehouse_url: str
    accounting_url: str
    hub_url: str
    token: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Place":
        """Read the variables; a missing one is an error that names it."""
        missing = [PREFIX + name.upper() for name in cls.__dataclass_fields__ if not env.get(PREFIX + name.upper())]
        if missing:
            raise SystemExit(f"not set: {', '.join(missing)}; `crossdock demo` sets them")
        values: dict[str, Any] = {name: env[PREFIX + name.upper()] for name in cls.__dataclass_fields__}
        for name in ("folder", "inbox", "outbox"):
            values[name] = Path(values[name])
        return cls(**values)

    @classmethod
    def on_ports(cls, folder: Path, ports: Mapping[str, int]) -> "Place":
        """A demo in this folder on these ports of this machine."""
        url = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        return cls(
            folder=folder,
            inbox=folder / "partner" / "to-hub",
            outbox=folder / "partner" / "from-hub",
            erp_url=url["erp"],
            erp_key="demo-erp-key",
            warehouse_url=url["warehouse"] + "/ship-orders",
            accounting_url=url["accounting"] + "/invoices",
            hub_url=url["hub"],
            token="demo-token",
        )

    def as_env(self) -> dict[str, str]:
        """The same as environment variables."""
        return {PREFIX + name.upper(): str(getattr(self, name)) for name in self.__dataclass_fields__}

    @property
    def payments(self) -> Path:
        """The bank statement: what the retailer paid."""
        return self.folder / "bank" / "payments.csv"

    def store(self, who: str) -> Path:
        """Where a counterpart keeps its own books."""
        return self.folder / who / "book.sqlite"


def port_of(url: str) -> int:
    """The port an address names."""
    port = urlsplit(url).port
    if port is None:
        raise ValueError(f"{url} names no port")
    return port
