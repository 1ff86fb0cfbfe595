"""Settings of a connector: one declaration for validation, schema, docs and console."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Settings(BaseModel):
    """Frozen and closed: a name that does not exist is a mistake, not an extra."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(default: Any = ..., *, description: str, example: Any = None, **more: Any) -> Any:
    """A field with its description and an example; without a default it must be given."""
    examples = [] if example is None else [example]
    return Field(default, description=description, examples=examples, **more)


Secret = SecretStr

__all__ = ["Secret", "Settings", "setting"]
