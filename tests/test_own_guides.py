"""Guides that a user holds: as a file, in the company's folder, by a name that a partner's file says; and their mistakes."""

import os
import re
import textwrap
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from hub.cli.main import cli
from hub.guides.library import Library
from hub.guides.samples import sample
from hub.registry import connectors
from hub.settings.company import Company, load
from hub.settings.mistakes import SettingsError
from tests.journey import HERE, bring, hub_for, wire

ROOT = Path(__file__).parent.parent
ORDER = HERE / "clean_order_to_paid_invoice" / "01_acme_850.edi"
OWN = """
extends: x12/850
title: Orders with a buyer
change:
  N1: {needs: [buyer]}
"""
WRONG = "extends: x12/850\nchange:\n  BEG/1: {onyl: ['00']}\n  PO9: {use: must}\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A guide that lies anywhere."""
    file = tmp_path / "drafts" / "orders.yaml"
    file.parent.mkdir()
    file.write_text(OWN)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example company with a guide of its own beside its partners."""
    folder = Path(copytree(ROOT / "config", tmp_path / "config"))
    (folder / "guides" / "x12").mkdir(parents=True)
    (folder / "guides" / "x12" / "buyer.yaml").write_text(OWN)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def loaded(folder: Path) -> Company:
    return load(folder, connectors(folder), os.environ)


def test_a_file_is_shown_with_what_it_changes(draft: Path) -> None:
    shown = run("guides", "show", draft)
    assert shown.exit_code == 0, shown.output
    assert "Orders with a buyer" in shown.output and "What is different from x12/850" in shown.output
    assert "needed for buyer" in shown.output
    assert "<h1>Orders with a buyer" in run("guides", "show", draft, "--html").output


def test_samples_are_made_of_a_file(draft: Path) -> None:
    assert "N1*BY*" in run("guides", "sample", draft).output
    assert "segment-missing:N1[buyer]" in run("guides", "sample", draft, "--mutant", "list").output


def test_a_file_is_explained_by_a_guide_that_somebody_holds(draft: Path) -> None:
    by_own, by_product = run("explain", ORDER, "--guide", draft), run("explain", ORDER)
    assert (by_own.exit_code, by_product.exit_code) == (1, 0)
    assert "Orders with a buyer" in by_own.output and "N1 (party) for buyer is missing" in by_own.output


def test_a_file_may_have_the_name_of_the_guide_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "x12" / "850.yaml"
    file.parent.mkdir()
    file.write_text(OWN)
    assert "What is different from x12/850" in run("guides", "show", file).output
    own = ROOT / "config" / "partners" / "nordkost" / "guides" / "edifact" / "orders.yaml"
    assert "What is different from edifact/orders" in run("guides", "show", own).output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            WRONG,
            [
                "orders.yaml:3:17: there is no keyword of an element `onyl` (did you mean `only`?)",
                "orders.yaml:4:3: there is no segment at this address: `PO9`",
            ],
        ),
        ("extends: x12/851\n", ["orders.yaml:1:10: there is no guide `x12/851` (did you mean"]),
        ("title: nothing else\n", ["orders.yaml:1:1: this is no guide: it needs `extends`, or `standard` and `set`"]),
        ("extends: [x12/850\n", ["orders.yaml:2:1: "]),
        (None, ["orders.yaml:1:1: there is no such file"]),
    ],
    ids=["keyword and segment", "base", "no guide", "no YAML", "no file"],
)
def test_mistakes_are_told_with_their_place(draft: Path, text: str | None, told: list[str]) -> None:
    draft.unlink()
    if text is not None:
        draft.write_text(text)
    for result in (run("guides", "show", draft), run("explain", ORDER, "--guide", draft)):
        assert result.exit_code == 2
        assert [words for words in told if words not in result.output] == []


def test_a_guide_of_the_company_is_listed_and_checked_though_nobody_names_it(folder: Path) -> None:
    loaded(folder)
    assert "x12/buyer" in run("guides", "list", "--company", folder).output
    (folder / "guides" / "x12" / "buyer.yaml").write_text(WRONG)
    (folder / "guides" / "x12" / "stray.yaml").write_text("extend: x12/850\n")
    with pytest.raises(SettingsError) as caught:
        loaded(folder)
    assert [(Path(one.file).name, one.line) for one in caught.value.mistakes] == [
        ("buyer.yaml", 3),
        ("buyer.yaml", 4),
        ("stray.yaml", 1),
    ]


async def test_a_guide_of_the_company_is_used_by_its_name(tmp_path: Path) -> None:
    """The same order is refused once the partner's file names the guide; in the hub and when it is explained."""
    company = Path(copytree(HERE / "company", tmp_path / "company"))
    (company / "guides" / "x12").mkdir(parents=True)
    (company / "guides" / "x12" / "buyer.yaml").write_text(OWN)
    (company / "guides" / "x12" / "another.yaml").write_text("extends: x12/850\n")
    file = company / "partners" / "acme" / "partner.yaml"
    assert "order: x12/850" in file.read_text()
    file.write_text(file.read_text().replace("order: x12/850", "order: x12/buyer"))
    async with hub_for(tmp_path, company) as hub:
        await bring(hub, "acme", ORDER.read_bytes(), "order.edi")
        (sent,) = wire(hub, "acme").sent.values()
        assert "AK5*R*5" in sent.body.decode()
    assert run("explain", ORDER, "--company", company, "--partner", "acme").exit_code == 1
    assert run("explain", ORDER, "--company", company).exit_code == 0


def written(page: str) -> list[str]:
    """The guides that a page shows; what it shows of examples alone is a part of one."""
    shown = re.findall(r"^ *```yaml\n(.*?)^ *```", (ROOT / "docs" / "howto" / page).read_text(), re.DOTALL | re.MULTILINE)
    return [text for text in shown if not text.startswith("examples:")]


@pytest.mark.parametrize(("page", "text"), [(page, text) for page in ("guide.md", "partner.md") for text in written(page)])
def test_what_the_pages_show_is_a_guide_that_works(page: str, text: str, draft: Path) -> None:
    draft.write_text(textwrap.dedent(text))
    guide = Library([ROOT / "mappings"], draft).guide("orders")
    assert sample(guide).content
