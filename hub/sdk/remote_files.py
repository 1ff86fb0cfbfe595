"""Files at a far side: what a transport of files must be able to do, and how one file there is told from another."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from pydantic import model_validator

from hub.sdk.file_settings import FileSettings
from hub.sdk.settings import setting
from hub.sdk.spool import Body


@dataclass(frozen=True, slots=True)
class Lying:
    """One file as the far side lists it: its own times are whole seconds, `mark` is whatever else tells files apart."""

    name: str
    size: int  # bytes
    modified: int  # seconds since 1970, by the far side's clock
    mark: str = ""  # letters and digits, such as a number of the file there

    @property
    def arrival(self) -> str:
        """What tells this file from another that lay or will lie under its name."""
        return "-".join(part for part in (f"{self.modified:x}", f"{self.size:x}", self.mark) if part)

    @property
    def handle(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, handle: str) -> "Lying":
        return cls(**json.loads(handle))


class RemoteFiles(Protocol):
    """One login. Raises FileNotFoundError, FileExistsError, PermissionError with a path; Unavailable, Misconfigured."""

    async def listing(self, folder: str) -> Sequence[Lying]:
        """Plain files, no folders or links."""
        ...

    async def look(self, path: str) -> Lying | None:
        """What lies there now; None when nothing does."""
        ...

    async def read(self, path: str, size: int) -> Body:
        """The first `size` + 1 bytes."""
        ...

    async def write(self, path: str, body: bytes) -> None:
        """Make the file anew, whole when this returns."""
        ...

    async def rename(self, path: str, new: str) -> None: ...

    async def remove(self, path: str) -> None: ...


class RemoteFolderSettings(FileSettings):
    """Which folders of the far side are ours to read and write."""

    inbox: str | None = setting(None, description="Folder there from which files are taken.", example="/out")
    outbox: str | None = setting(None, description="Folder there into which files are put.", example="/in")
    archive: str | None = setting(
        None,
        description="Folder there into which taken files are moved. Without it they are removed: the hub keeps their bytes.",
        example="/out/archive",
    )
    staging: str | None = setting(
        None,
        description="Folder there in which a file is written before it is renamed into the outbox. Default: hidden in the outbox.",
        example="/in/tmp",
    )
    settle: float = setting(
        30.0,
        ge=0,
        le=3600,
        description="Seconds between two looks that must find a file unchanged; 0 where senders rename when done.",
    )
    timeout: float = setting(
        30.0, gt=0, le=300, description="Seconds to wait for an answer; a file may take longer by a second for each 16 KiB."
    )

    @model_validator(mode="after")
    def _apart(self) -> "RemoteFolderSettings":
        places = [place.rstrip("/") for place in (self.inbox, self.outbox, self.archive) if place is not None]
        if len(places) != len(set(places)):
            raise ValueError("`inbox`, `outbox` and `archive` must differ: what is put there would be taken for something new")
        return self
