"""Settings of an endpoint at Amazon Vendor Central."""

from datetime import datetime

from hub.sdk import Address, Secret, Settings, setting


class VendorSettings(Settings):
    """Which region, who we are, and from when on."""

    url: Address = setting("https://sellingpartnerapi-na.amazon.com", description="Endpoint of the region, or of its sandbox.")
    token_url: Address = setting("https://api.amazon.com/auth/o2/token", description="Where Login with Amazon gives tokens.")
    client_id: str = setting(description="Client id of the application.", example="amzn1.application-oa2-client.example")
    client_secret: Secret = setting(description="Client secret of the application.")
    refresh_token: Secret = setting(description="Refresh token of the vendor group that authorised it.")
    since: datetime = setting(
        description="Purchase orders from before this moment are never read.", example="2026-11-01T00:00:00Z"
    )
    vendor_code: str | None = setting(
        None, description="Only orders to this vendor code; by default all of the group.", example="ACMEV"
    )
    page: int = setting(100, ge=1, le=100, description="Purchase orders asked for at a time.")
    patience: float = setting(30.0, ge=0, le=100, description="Seconds to wait for the end of a transaction before trying later.")
    settle: float = setting(
        900.0, ge=0, description="Seconds until Amazon shows what it took, for submissions that were cut off."
    )
    timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")
