"""`crossdock test`: the examples in mappings hold, and one that does not hold is told so that a person can mend it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub import marked
from hub.cli.test import test as command
from hub.guides.library import STANDARDS, Library
from hub.mapping.mapping import load, make
from hub.operations import guide_examples
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


# --- of guides ----------------------------------------------------------------------------------------------------------

COMPANY = PRODUCT.parent / "config"
SHOWN = "extends: x12/850\nchange: {REF: {needs: [department]}}\n"
WRONG = """examples:
  - title: an order
    reads: |
      BEG*00*SA*7**20261122
      REF*DP*042
      PO1*1*24*EA*4.25
    gives: {number: "8", type: stand_alone, ordered_on: 2026-11-22, references: {department: {value: "042"}},
            lines: [{number: "1", quantity: "24", unit: EA, price: "4.25"}]}
  - title: no department
    reads: {but: {"REF*DP*042\\n": ""}}
    finds: REF is missing
  - title: written
    document: {number: "7", type: stand_alone, ordered_on: 2026-11-22, references: {department: {value: "042"}},
               lines: [{number: "1", quantity: "24", unit: EA}]}
    writes: |
      BEG*00*SA*7**20261122~
      REF*DP*042~
      PO1*1*25*EA~
  - title: of nothing
    reads: {but: {PO9: PO1}}
    gives: {file: none.json}
"""
SAID = """{file}:4: acme: x12/850, an order
  number: expected `8`, got `7`

{file}:11: acme: x12/850, no department
  finds.0: expected `REF is missing`, got `REF (reference) for department is missing`

{file}:14: acme: x12/850, written
  line 3: expected `PO1*1*25*EA~`, written was `PO1*1*24*EA~`
  line 4: expected nothing, written was `CTT*1*24~`

{file}:21: acme: x12/850, of nothing
  `PO9`, of which the example says that it is written otherwise, is not in what it reads

4 examples, 4 of them do not hold
"""


def of_guides(root: Path) -> list[Path]:
    return sorted(
        path for path in root.rglob("*.yaml") if path.parent.name in STANDARDS and path.stem not in ("segments", "lengths")
    )


def test_each_guide_shipped_has_an_example() -> None:
    shipped = [*of_guides(PRODUCT), *of_guides(COMPANY)]
    assert len(shipped) > 60
    assert [path for path in shipped if not marked.load(path).get("examples")] == []


def test_each_guide_of_a_partner_shows_what_it_refuses() -> None:
    assert [path for path in of_guides(COMPANY) if not any("finds" in one for one in marked.load(path)["examples"])] == []


def test_all_examples_of_guides_hold() -> None:
    found = list(guide_examples.run(COMPANY))
    assert len(found) > 150
    assert [outcome for outcome in found if outcome.differences or outcome.absent] == []


def guided(folder: Path, text: str) -> Path:
    file = folder / "partners" / "acme" / "guides" / "x12" / "850.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SHOWN + text)
    return file


def test_what_does_not_hold_of_a_guide_is_told(tmp_path: Path) -> None:
    file = guided(tmp_path, WRONG)
    result = CliRunner().invoke(command, [str(tmp_path), "--own"])
    assert result.output == SAID.format(file=file)
    assert result.exit_code == 1


def test_a_keyword_of_an_example_that_nobody_knows(tmp_path: Path) -> None:
    guided(tmp_path, "examples: [{read: BEG}]\n")
    result = CliRunner().invoke(command, [str(tmp_path), "--own"])
    assert "there is no keyword of an example `read` (did you mean `reads`?)" in result.output and result.exit_code == 1


def test_a_file_that_stayed_behind_is_no_failure_of_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = guided(tmp_path, "examples: [{reads: {file: none.edi}}]\n")
    library = Library([file.parents[1], PRODUCT])
    [wrong] = guide_examples.under(library, file.parents[1])
    assert wrong.differences == ("there is no file none.edi beside it",)
    monkeypatch.setattr(guide_examples, "product", lambda: tmp_path)
    [left] = guide_examples.under(library, file.parents[1])
    assert (left.differences, left.absent) == ((), "there is no file none.edi beside it")


def test_what_the_guide_for_users_shows_of_guides_is_right(tmp_path: Path) -> None:
    text = (PRODUCT.parent / "docs" / "howto" / "guide.md").read_text()
    [block] = re.findall(r"```yaml\n(examples:\n.*?)```", text, re.DOTALL)
    file = guided(tmp_path, block.partition("  - title: a file of theirs")[0])
    assert [outcome.differences for outcome in guide_examples.under(Library([file.parents[1], PRODUCT]), tmp_path)] == [(), ()]
