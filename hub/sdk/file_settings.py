"""What all places of files may be told: which files are meant, and how large they may be."""

from typing import Self

from pydantic import field_validator, model_validator

from hub.sdk.file_names import UNFINISHED
from hub.sdk.settings import Settings, setting


class FileSettings(Settings):
    """Which files are taken. A kind of place adds its own `inbox` and `outbox`."""

    pattern: str = setting("*", description="Names of the files to take; `*` and `?` stand for any characters.", example="*.edi")
    unfinished: tuple[str, ...] = setting(
        UNFINISHED, description="Endings of names that are still being written; such files and hidden ones are left alone."
    )
    max_bytes: int = setting(
        256 * 1024 * 1024, gt=0, description="Largest file taken or put; a larger one is left lying and reported."
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if getattr(self, "inbox", None) is None and getattr(self, "outbox", None) is None:
            raise ValueError("give `inbox`, `outbox` or both")
        return self

    @field_validator("unfinished")
    @classmethod
    def _lower(cls, endings: tuple[str, ...]) -> tuple[str, ...]:
        """Names are compared without regard to case."""
        return tuple(ending.lower() for ending in endings if ending)
