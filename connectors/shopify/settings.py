"""What a Shopify shop's file says."""

from pydantic import model_validator

from hub.sdk import Address, Secret, setting
from hub.sdk.store import StoreSettings


class ShopifySettings(StoreSettings):
    """Where the shop is and what is read of it."""

    url: Address = setting(description="Address of the shop.", example="https://acme.myshopify.com")
    token: Secret | None = setting(None, description="Access token of a custom app; or give `client_id` and `client_secret`.")
    client_id: str | None = setting(
        None, description="Client id of an app of the Dev Dashboard.", example="0123456789abcdef0123456789abcdef"
    )
    client_secret: Secret | None = setting(None, description="Its secret; tokens are asked for and renewed with it.")
    only: str = setting("", description="Further search terms that orders must fit.", example="-financial_status:pending")
    page: int = setting(10, ge=1, le=50, description="Orders asked for at a time; more cost more points.")
    bulk: bool = setting(True, description="Whether a period is read by a bulk operation, which costs no points.")
    location: str | None = setting(None, description="Location whose stock is set.", example="gid://shopify/Location/1234567890")
    namespace: str = setting("crossdock", description="Namespace of the metafields we write.")
    tag: str = setting("crossdock", min_length=1, description="Tag of the orders that a system of ours has taken.")
    notify: bool = setting(False, description="Whether Shopify mails the customer when something was shipped.")

    @model_validator(mode="after")
    def _login(self) -> "ShopifySettings":
        if self.token is None and (self.client_id is None or self.client_secret is None):
            raise ValueError("give `token`, or `client_id` and `client_secret`")
        return self
