"""What a folder endpoint may be told."""

import os
from pathlib import Path

from pydantic import model_validator

from hub.sdk import setting
from hub.sdk.file_settings import FileSettings


class FolderSettings(FileSettings):
    """Where files come and go."""

    inbox: Path | None = setting(None, description="Folder from which files are taken.", example="var/in")
    outbox: Path | None = setting(None, description="Folder into which files are put.", example="var/out")
    archive: Path | None = setting(
        None,
        description="Where taken files are moved, on any file system. Without it they are removed: the hub keeps their bytes.",
        example="var/archive",
    )
    settle: float = setting(
        2.0, ge=0, le=3600, description="Seconds a file must lie unchanged before it is taken; 0 where senders rename when done."
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
