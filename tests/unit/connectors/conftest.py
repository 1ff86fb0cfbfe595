"""The far side of a connector, there for one test: each file says which in `FAR_SIDE`, and the connector in `KIND`."""

import pytest

from hub.sdk.testing import Bench


@pytest.fixture
async def far_side(request, tmp_path):
    there = request.module.FAR_SIDE(tmp_path)
    await there.start()
    yield there
    await there.stop()


@pytest.fixture
def bench(request, far_side):
    return Bench(request.module.KIND, far_side)


@pytest.fixture
def shop(far_side):
    return far_side
