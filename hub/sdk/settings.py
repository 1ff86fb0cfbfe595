"""Settings of a connector: one declaration for validation, schema, and docs."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


class Settings(BaseModel):
    """Frozen and closed: a name that does not exist is a mistake, not an extra."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def setting(default: Any = ..., *, description: str, example: Any = None, **more: Any) -> Any:
    """A field with its description and an example; without a default it must be given."""
    examples = [] if example is None else [example]
    return Field(default, description=description, examples=examples, **more)


def _filled(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if not value or value != value.strip() or not value.isprintable():
        raise ValueError("a secret may not be empty, nor begin or end with a space or a line break")
    return secret


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address starts with http:// or https:// and a host")
    if parts.username or parts.password:
        raise ValueError("no user or password in the address: it is shown to people; secrets have settings of their own")
    return text.rstrip("/")


Secret = Annotated[SecretStr, AfterValidator(_filled)]
Address = Annotated[str, AfterValidator(_address)]

__all__ = ["Address", "Secret", "Settings", "setting"]
