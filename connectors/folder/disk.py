"""Work on the file system, off the event loop; its failures in the words of the contract."""

import asyncio
import errno
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from connectors.folder.outbox import Taken
from hub.sdk import Misconfigured, Rejected, Unavailable

P = ParamSpec("P")
R = TypeVar("R")
NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ELOOP})


async def on_disk(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run it in a thread."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except Taken as error:
        raise Rejected(str(error)) from error
    except OSError as error:
        words = f"{error.strerror or type(error).__name__}: {error.filename or 'folder'}"
        raise (Misconfigured(words) if error.errno in NOT_ALLOWED else Unavailable(words)) from error
