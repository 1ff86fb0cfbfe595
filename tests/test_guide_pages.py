"""Guides in words: what they demand, what a partner changes, and the commands that show it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli.main import cli
from hub.guides.library import Library
from hub.operations.changes import changes
from hub.operations.guide_page import page_of
from hub.operations.guides import described

ROOT = Path(__file__).parent.parent
LIBRARY = Library([ROOT / "mappings"])
PARTNER = """
extends: x12/850
change:
  BEG/1: {only: ["00"]}
  BEG/2: {const: SA}
  BEG/4: {use: never}
  N1: {needs: [ship_to]}
  PO1/DTM: {max: 2}
  PO1/SDQ: null
  PO1/+G62/DTM: {max: 1, at: {2: {is: number}}}
"""


@pytest.fixture
def company(tmp_path):
    folder = tmp_path / "config"
    guides = folder / "partners" / "bigmart" / "guides" / "x12"
    guides.mkdir(parents=True)
    (guides / "850.yaml").write_text(PARTNER)
    return folder


def run(*arguments):
    return CliRunner().invoke(cli, ["guides", *map(str, arguments)])


def lines(name):
    return {line.address: line for line in described(LIBRARY.guide(name))}


@pytest.mark.parametrize("name", LIBRARY.names())
def test_every_guide_has_a_page_with_all_its_segments(name):
    guide = LIBRARY.guide(name)
    assert len(described(guide)) == len(list(guide.rules()))
    page = page_of(guide)
    assert page.startswith("<!doctype html>") and page.count("<tr>") == page.count("</tr>")


def test_an_element_is_told_with_its_codes_its_length_and_its_field():
    quantity, unit = lines("x12/850")["PO1"].elements[1:3]
    assert (quantity.place, quantity.kind, quantity.carries) == ("02", "R 1/15", "lines.*.quantity")
    assert ("EA", "Each") in unit.codes and "other codes are kept as they came" in unit.notes


def test_loops_levels_notes_and_computed_values_are_in_words():
    order, notice, invoice = lines("x12/850"), lines("x12/856"), lines("x12/810")
    assert order["PO1/N1/N4"].depth == 2
    assert "PER03, PER04 go together: all or none" in order["PER"].notes
    assert notice["HL/O/PRF"].heading == "Level O (Order); may hold T, P, I"
    assert notice["HL/T/PO4"].elements[0].carries == "packages.*.packs.*.count"
    assert invoice["TDS"].elements[0].notes[1].startswith("computed: Lines, charges less allowances")
    assert "2 decimals implied" in invoice["TDS"].elements[0].notes


def test_a_partner_page_shows_what_it_changes(company):
    library = Library([company / "partners" / "bigmart" / "guides", ROOT / "mappings"])
    base = library.extended("x12/850")
    told = {(change.address, change.text) for change in changes(base, library.guide("x12/850"))}
    assert ("BEG/4", "BEG04 (release): must not be sent; was: may be sent") in told
    assert ("N1", "N1 (party): needed for ship_to") in told
    assert ("PO1/DTM", "DTM (date or time): up to 2 times; was: any number of times") in told
    assert any(address == "PO1/SDQ" and text.endswith("is not known any more") for address, text in told)
    assert any(address == "BEG/2" and "codes SA; was: codes " in text for address, text in told)
    assert any(address == "PO1/G62" and "is added" in text for address, text in told)
    assert changes(base, base) == []


def test_codes_beyond_the_ones_shown_are_compared_too(tmp_path):
    base = LIBRARY.guide("x12/850")
    units = [code for code, _ in lines("x12/850")["PO1"].elements[2].codes]
    for name, codes in (("one", units[:12]), ("other", [*units[:11], units[12]])):
        (tmp_path / f"{name}.yaml").write_text(f"extends: x12/850\nchange:\n  PO1/3: {{only: {json.dumps(codes)}}}\n")
    library = Library([tmp_path, ROOT / "mappings"])
    told = [change.text for change in changes(library.guide("one"), library.guide("other"))]
    assert told == [
        f"PO103 (unit): codes {units[12]} are allowed too",
        f"PO103 (unit): codes {units[11]} are not allowed any more",
    ]
    assert any("codes" in change.text for change in changes(base, library.guide("one")))


def test_the_commands_find_partner_guides(company):
    listed = run("list", "--company", company).output
    assert "x12/850            Purchase order" in listed
    assert "--partner bigmart (changes x12/850)" in listed
    shown = run("show", "x12/850", "--company", company, "--partner", "bigmart").output
    assert "What is different from x12/850" in shown
    assert "What is different" not in run("show", "x12/850").output
    assert "What is different" in run("show", "x12/850", "--company", company, "--partner", "bigmart", "--html").output


def test_samples_on_the_command_line():
    whole, other = run("sample", "x12/850"), run("sample", "x12/850", "--seed", "2")
    assert whole.output.startswith("ISA*") and whole.output != other.output
    mutant = run("sample", "x12/850", "--mutant", "too-long:BEG/3")
    assert "expect AK403:5" in mutant.output
    assert "wrong-count:SE/1" in run("sample", "x12/850", "--mutant", "list").output


@pytest.mark.parametrize(("arguments", "words"), [
    (("show", "x12/851"), "there is no guide `x12/851`"),
    (("show", "x12/850", "--partner", "nobody"), "there is no partner 'nobody'"),
    (("sample", "x12/850", "--mutant", "to-long"), "did you mean too-long"),
])  # fmt: skip
def test_what_is_not_there_is_said_in_one_line(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output and "Traceback" not in result.output
