"""Posting to the hub as a careful counterpart does: with a key, again and again until it is taken."""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

PAUSE = 0.3  # seconds between two tries
TIMEOUT = 10.0
STRAIGHT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy: everybody is on this machine


def post(url: str, key: str, token: str, value: Any) -> int:
    """Post once; the status of the answer, or 0 when nobody answered."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, json.dumps(value).encode(), headers, method="POST")
    try:
        with STRAIGHT.open(request, timeout=TIMEOUT) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        print(f"{url} {key}: {error.code} {error.read(500)!r}", file=sys.stderr, flush=True)
        return error.code
    except OSError as error:
        print(f"{url} {key}: {error}", file=sys.stderr, flush=True)
        return 0


def insist(url: str, key: str, token: str, value: Any, sleep: Callable[[float], None] = time.sleep) -> None:
    """Post until it is taken. The key stays the same, so the hub can tell a second try from a second document."""
    while not 200 <= post(url, key, token, value) < 300:
        sleep(PAUSE)
