"""`crossdock test`: the examples in mappings hold, and one that does not hold is told so that a person can mend it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub import marked
from hub.cli.test import test as command
from hub.guides.library import STANDARDS
from hub.mapping.mapping import load, make
from hub.operations.examples import differences, run
from hub.settings.desk import LETTERS
from tests.test_golden_shapes import PRODUCT

MINE = """document: order
format: csv
body:
  PO: {is: number, use: must}
  rows: {each: lines, body: {Item: {is: ids.sku}, Qty: {is: quantity}}}
finish: number_lines
examples:
  - title: two lines
    reads: |
      PO,Item,Qty
      7,A,24
      7,B,x
    gives: {number: 7, lines: [{number: 1, ids: {sku: A}, quantity: 25}], assumed: [lines.0.number]}
  - title: written
    document: {number: "7", lines: [{number: "1", quantity: "2", ids: {sku: A}}]}
    writes: |
      PO,Item,Qty
      7,A,3
"""
TOLD = """{file}:8: mine, two lines
  lines.0.quantity: expected `25`, got `24`
  lines.1: not expected, got `{{"ids": {{"sku": "B"}}, "number": "2"}}`
  assumed.1: not expected, got `lines.1.number`
  finds.0: not expected, got `row 3: Qty: `x` is not a number`

{file}:14: mine, written
  line 2: expected `7,A,3`, written was `7,A,2`

2 examples, 2 of them do not hold
"""


def files() -> list[Path]:
    others = (*STANDARDS, LETTERS)
    named = [path for path in sorted(PRODUCT.rglob("*.yaml")) if path.relative_to(PRODUCT).parts[0] not in others]
    return [path for path in named if path.name != "parts.yaml"]


@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_mapping_of_the_product_has_an_example(path: Path) -> None:
    assert load(path, roots=[PRODUCT]).notation.examples


def test_all_examples_of_the_product_hold() -> None:
    assert [outcome for outcome in run([PRODUCT]) if outcome.differences] == []


def test_what_does_not_hold_is_told(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    file = tmp_path / "mappings" / "mine.yaml"
    file.write_text(MINE)
    result = CliRunner().invoke(command, [str(tmp_path), "--own"])
    assert result.output == TOLD.format(file=file)
    assert result.exit_code == 1


def test_a_mapping_that_cannot_be_read_fails(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "mine.yaml").write_text(MINE.replace("is: number,", "is: numbr,"))
    result = CliRunner().invoke(command, [str(tmp_path), "--own"])
    assert "there is no canonical field `numbr` (did you mean `number`?)" in result.output and result.exit_code == 1


def test_what_the_guide_for_users_shows_is_right() -> None:
    text = (PRODUCT.parent / "docs" / "howto" / "mapping.md").read_text()
    shown = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "document:" in block]
    mappings = [make("shown", marked.loads(block)) for block in shown]
    assert [list(differences(one, example)) for one in mappings for example in one.notation.examples] == [[]]
