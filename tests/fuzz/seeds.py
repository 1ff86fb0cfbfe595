"""What mutants are made of: every EDI fixture, a sample and its broken ones from every guide, and the corpus where it is at hand."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hub.guides.samples import sample
from hub.operations.read import Desk
from tests.fuzz.mutation import LARGEST

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


@cache
def seeds() -> list[bytes]:
    """Each once, the same order every time; those too large to mutate fast are left out."""
    return list(dict.fromkeys(one for one in _all() if one and len(one) <= LARGEST))


def _all() -> Iterator[bytes]:
    library = Desk().library
    for name in library.names():
        yield sample(library.guide(name)).content
    yield from (path.read_bytes() for path in sorted(FIXTURES.rglob("*.edi")))
    for standard in ("x12", "edifact"):
        if CORPUS.is_dir():
            yield from (path.read_bytes() for path in sorted((CORPUS / standard).iterdir()))
