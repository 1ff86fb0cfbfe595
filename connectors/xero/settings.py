"""Settings of an endpoint at Xero."""

from datetime import UTC, datetime

from hub.sdk import Address, Secret, Settings, setting


class XeroSettings(Settings):
    """Which organisation, and who we are."""

    url: Address = setting("https://api.xero.com/api.xro/2.0", description="Address of the Accounting API.")
    token_url: Address = setting("https://identity.xero.com/connect/token", description="Where tokens are given.")
    client_id: str = setting(description="Client id of the app.", example="app-of.example")
    client_secret: Secret = setting(description="Client secret of the app.")
    refresh_token: Secret | None = setting(
        None, description="First refresh token, from the authorisation by a person; by default client credentials are used."
    )
    scopes: str = setting(
        "accounting.transactions accounting.contacts", description="Scopes asked for with client credentials, spaces between."
    )
    tenant: str | None = setting(
        None,
        description="Id of the organisation; a custom connection needs none.",
        example="00000000-0000-0000-0000-000000000001",
    )
    webhook_keys: tuple[Secret, ...] = setting((), description="Signing keys of webhooks; two while one is replaced.")
    only_ours: bool = setting(True, description="Whether only payments of invoices that this app entered are read.")
    since: datetime = setting(datetime(2000, 1, 1, tzinfo=UTC), description="What changed before is never read.")
    page: int = setting(100, ge=1, le=1000, description="Payments asked for at a time.")
    timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")
