"""The conformance suite over every connector found: each brings its counterpart in tests/connectors/<name>.py."""

import importlib.util
import re
import tempfile
from pathlib import Path

import pytest

from hub import registry
from hub.sdk.testing import QUESTIONS, Bench, Counterpart, asked

HERE = Path(__file__).parent
CONNECTORS = registry.connectors()
LEAST = 394  # questions really asked; raise it when a connector or a question comes


def counterpart(name):
    """The one Counterpart that a connector's test file defines."""
    path = HERE / "connectors" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"counterpart_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (found,) = (value for value in vars(module).values()
                if isinstance(value, type) and issubclass(value, Counterpart) and value.__module__ == module.__name__)  # fmt: skip
    return found


COUNTERPARTS = {name: counterpart(name) for name in CONNECTORS}
ASKED = [(name, question) for name, kind in CONNECTORS.items() for question in asked(kind, COUNTERPARTS[name])]


@pytest.mark.parametrize(("name", "question"), ASKED)
async def test_connector(name, question):
    with tempfile.TemporaryDirectory() as home:
        far_side = COUNTERPARTS[name](Path(home))
        await far_side.start()
        try:
            await QUESTIONS[question].ask(Bench(CONNECTORS[name], far_side))
        finally:
            await far_side.stop()


def test_enough_is_asked():
    assert len(ASKED) >= LEAST
    assert {name for name, _ in ASKED} == set(CONNECTORS)
    assert {question for _, question in ASKED} == set(QUESTIONS), "a question that fits no connector proves nothing"


@pytest.mark.parametrize("name", CONNECTORS)
def test_exemptions_are_few_and_have_a_reason(name):
    exempt = COUNTERPARTS[name].exempt
    assert set(exempt) <= set(QUESTIONS)
    assert all(len(reason) > 20 for reason in exempt.values())
    assert len(exempt) <= 5


@pytest.mark.parametrize("name", CONNECTORS)
def test_readme_tells_what_a_newcomer_needs(name):
    text = (registry.product_connectors() / name / "README.md").read_text()
    assert re.search(r"<!-- settings -->.*<!-- /settings -->", text, re.S)
    assert "## Proved against" in text
    assert CONNECTORS[name].offers("push") <= ("repeat is safe" in text)
