"""What a Tryton may be told."""

from datetime import UTC, datetime
from typing import Literal

from hub.sdk import Address, Secret, Settings, setting


class TrytonSettings(Settings):
    """Where it is, and who we are there."""

    url: Address = setting(description="Address of the server, without the database.", example="https://erp.example.com")
    database: str = setting(description="Name of the database.", example="production")
    user: str = setting(description="Login of the user that the hub is; its groups say what it may do.", example="crossdock")
    password: Secret = setting(description="Password of that user.")
    new_addresses: bool = setting(True, description="Whether an unknown delivery address is added to its party.")
    charge_product: str | None = setting(
        None,
        description="Code of the product that charges are lines of; without it, orders with any are refused.",
        example="SHIPPING",
    )
    allowance_product: str | None = setting(
        None, description="The same for discounts, gift cards and other allowances.", example="DISCOUNT"
    )
    tie_out: Literal["net", "total", "no"] = setting(
        "net", description="What a sale must come to as the order does, or it is refused: net (without taxes), total, no."
    )
    stock_every: int | None = setting(
        None,
        ge=1,
        le=10080,
        description="Minutes after which stock is told again, where it has changed; by default never.",
        example=15,
    )
    warehouses: tuple[str, ...] = setting((), description="Codes of those whose stock counts; by default all.", example=["WH"])
    since: datetime = setting(datetime(2000, 1, 1, tzinfo=UTC), description="What changed before is never read.")
    page: int = setting(100, ge=1, le=1000, description="Records asked for at a time.")
    timeout: float = setting(60.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")
