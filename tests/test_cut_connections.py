"""Every connector that writes over HTTP, cut at fifty places of a push: its declared way ends in one document."""

import pytest

from hub import registry
from hub.sdk.testing import Bench, StandIn
from hub.sdk.testing.cutting import cut_everywhere
from tests.test_connectors import COUNTERPARTS

SAFE = ("native", "upsert", "lookup")
CONNECTORS = {name: kind for name, kind in registry.connectors().items() if kind.offers("push") and kind.repeat in SAFE}


@pytest.mark.slow
@pytest.mark.parametrize("name", CONNECTORS)
async def test_cut_at_fifty_places(name, tmp_path):
    far_side = COUNTERPARTS[name](tmp_path)
    server = getattr(far_side, "server", None)
    if not isinstance(server, StandIn):
        pytest.skip("its counterpart is no HTTP server; its own tests cut it")
    await far_side.start()
    try:
        said = await cut_everywhere(Bench(CONNECTORS[name], far_side), server.port, [place / 50 for place in range(50)])
    finally:
        await far_side.stop()
    assert "unknown" in said, "no cut fell into the write"
