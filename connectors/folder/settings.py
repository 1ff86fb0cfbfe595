"""What a folder endpoint may be told."""

import os
from pathlib import Path

from pydantic import field_validator, model_validator

from hub.sdk import Settings, setting
from hub.sdk.file_names import UNFINISHED


class FolderSettings(Settings):
    """Where files come and go."""

    inbox: Path | None = setting(None, description="Folder from which files are taken.", example="var/in")
    outbox: Path | None = setting(None, description="Folder into which files are put.", example="var/out")
    archive: Path | None = setting(
        None,
        description="Where taken files are moved, on any file system. Without it they are removed: the hub keeps their bytes.",
        example="var/archive",
    )
    pattern: str = setting("*", description="Names of the files to take; `*` and `?` stand for any characters.", example="*.edi")
    unfinished: tuple[str, ...] = setting(
        UNFINISHED, description="Endings of names that are still being written; such files and hidden ones are left alone."
    )
    settle: float = setting(
        2.0, ge=0, le=3600, description="Seconds a file must lie unchanged before it is taken; 0 where senders rename when done."
    )
    max_bytes: int = setting(
        256 * 1024 * 1024, gt=0, description="Largest file taken or put; a larger one is left lying and reported."
    )
    create: bool = setting(
        False, description="Make inbox and outbox when they are missing; leave it off for mounted shares, which may be away."
    )
    journal: Path | None = setting(
        None,
        description="Where the outbox keeps its record of what appeared, on the same file system. Default: `.crossdock` inside it.",
        example="var/journal",
    )
    keep_sent_days: int = setting(
        365, ge=30, description="Days after which the record of a sent file is forgotten; longer than any delivery may wait."
    )

    @model_validator(mode="after")
    def _useful(self) -> "FolderSettings":
        if self.inbox is None and self.outbox is None:
            raise ValueError("give `inbox`, `outbox` or both")
        return self

    @model_validator(mode="after")
    def _apart(self) -> "FolderSettings":
        seen: dict[str, str] = {}
        for name in ("inbox", "outbox", "archive", "journal"):
            if (path := getattr(self, name)) is not None:
                other = seen.setdefault(os.path.normpath(path), name)
                if other != name:
                    raise ValueError(
                        f"`{other}` and `{name}` are the same folder: what is put there would be taken for something new"
                    )
        return self

    @field_validator("unfinished")
    @classmethod
    def _lower(cls, endings: tuple[str, ...]) -> tuple[str, ...]:
        """Names are compared without regard to case."""
        return tuple(ending.lower() for ending in endings if ending)
