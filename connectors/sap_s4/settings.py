"""Settings of an endpoint at SAP S/4HANA."""

from datetime import UTC, datetime
from typing import Literal

from hub.sdk import Address, Secret, Settings, setting

CHANGED = {"order": "LastChangeDateTime", "delivery": "LastChangeDate", "billing": "LastChangeDateTime"}


class SapSettings(Settings):
    """Where it is, who we are there, and what is ours."""

    url: Address = setting(description="Address of the gateway.", example="https://my300000-api.s4hana.example.com")
    client: str | None = setting(None, pattern=r"^\d{3}$", description="SAP client; by default the gateway's own.", example="100")
    user: str | None = setting(None, description="Communication user, for basic authentication.", example="CROSSDOCK")
    password: Secret | None = setting(None, description="Password of that user.")
    token_url: Address | None = setting(
        None, description="OAuth 2.0 token endpoint, for client credentials.", example="https://my-sap.example/oauth/token"
    )
    client_id: str | None = setting(None, description="OAuth client, where a token endpoint is given.", example="crossdock")
    client_secret: Secret | None = setting(None, description="Secret of that client.")
    scope: str | None = setting(
        None, description="OAuth scope, where the endpoint asks for one.", example="API_SALES_ORDER_SRV_0001"
    )
    odata: Literal["v2", "v4"] = setting("v2", description="Dialect of the sales order service; the other services are V2.")
    orders: Literal["odata", "idoc"] = setting(
        "odata",
        description="How orders are handed over; with `idoc`, deliveries and bills come as IDocs too, and `format` is xml.",
    )
    idoc_port: str = setting("/sap/bc/idoc_xml", pattern=r"^/", description="Path of SAP's service that takes IDocs as XML.")
    idoc_user: str | None = setting(
        None, description="User as whom SAP's HTTP destination posts IDocs to the hub.", example="SAPS4"
    )
    idoc_passwords: tuple[Secret, ...] = setting(
        (), max_length=2, description="Passwords of that user; two while one replaces the other."
    )
    patience: float = setting(30.0, ge=0, le=100, description="Seconds to wait until SAP has made an order of an IDoc.")
    settle: float = setting(
        900.0, ge=0, description="Seconds until an order must show that was cut off on its way as an IDoc; it is sent again then."
    )
    ours: str | None = setting(
        None,
        description="OData filter of the sales orders that concern the hub; by default all.",
        example="CustomerPurchaseOrderType eq 'EDI'",
    )
    changed: dict[str, str] = setting(
        CHANGED, description="Field that says when an `order`, a `delivery` or a `billing` document changed."
    )
    since: datetime = setting(datetime(2000, 1, 1, tzinfo=UTC), description="What changed before is never read.")
    page: int = setting(100, ge=1, le=1000, description="Documents asked for at a time.")
    timeout: float = setting(60.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")
