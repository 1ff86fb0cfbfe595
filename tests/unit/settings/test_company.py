"""Loading a company: names, references, defaults, the hash, and what endpoints read and write with."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from hub.operations.recall import Nowheres
from hub.sdk import Connector, Secret, Settings, setting
from hub.settings.company import Company, load, product_mappings
from hub.settings.mistakes import SettingsError
from hub.settings.references import Recalled

FIXTURES = Path(__file__).parents[2] / "fixtures" / "config"


class Folder(Connector):
    class Config(Settings):
        inbox: Path = setting(description="Folder from which files are taken.")
        outbox: Path = setting(description="Folder into which files are put.")


class Http(Connector):
    class Config(Settings):
        url: str = setting(description="Address.")
        token: Secret = setting(description="Token.")


CONNECTORS: dict[str, type[Connector]] = {"folder": Folder, "http": Http}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "good", tmp_path / "config"))


def loaded(folder: Path, **env: str) -> Company:
    return load(folder, CONNECTORS, {"ERP_TOKEN": "s3cret", **env}, product=FIXTURES / "product")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_what_the_files_say(folder):
    company = loaded(folder)
    acme, erp, partner = company.channels["acme"], company.systems["erp"], company.partners["acme"]
    assert set(company.endpoints) == {"acme", "erp"}
    assert (acme.role, acme.partner, acme.takes, acme.concurrency) == ("channel", "acme", ("order_response", "invoice"), 2)
    assert acme.poll is not None and acme.poll.every == timedelta(minutes=5)
    assert acme.config.inbox == Path("var/in")
    assert partner.ids.them.id == "9251230001" and partner.ids.them.group_id == "9251230001"
    assert partner.test and partner.receipt_due("invoice") == timedelta(hours=24) and partner.receipt_due("order") is None
    assert company.hub.retry.first == timedelta(seconds=20) and erp.retry is None
    assert [route.to for route in company.routes] == [("erp",), ("channel",)]


def test_which_mapping_reads_and_writes(folder):
    company = loaded(folder)
    erp, acme = company.systems["erp"], company.channels["acme"]
    assert [(reads.mapping, reads.when) for reads in erp.reads] == [("json/erp/confirmation", {"kind": "confirmation"})]
    assert erp.writing("order") == "json/erp/order" and erp.writing("invoice") is None
    assert acme.writing("invoice") is None
    assert company.mappings["json/erp/order"].document == "order"


def test_a_json_place_takes_what_it_can_be_written(folder):
    assert loaded(folder).systems["erp"].takes == ("order",)


def test_an_edi_place_takes_what_its_partner_has_guides_for(folder):
    change(folder / "channels/acme.yaml", "takes: [order_response, invoice]\n", "")
    assert loaded(folder).channels["acme"].takes == ("order", "order_response", "invoice")


def test_relative_paths_start_beside_config(folder, tmp_path):
    assert loaded(folder).home == tmp_path.resolve()
    moved = folder.rename(tmp_path / "company")
    assert loaded(moved).home == moved.resolve()


def test_a_partners_own_guides_come_first(folder):
    own = folder / "partners/acme/guides/mine.yaml"
    own.parent.mkdir()
    own.write_text("extends: x12/850\n")
    change(folder / "partners/acme/partner.yaml", "order: x12/850", "order: mine")
    company = loaded(folder)
    roots = company.roots(company.partners["acme"])
    assert roots[0] == own.parent and roots[-1] == FIXTURES / "product"


def test_a_company_mapping_hides_the_products(folder, tmp_path):
    product = Path(shutil.copytree(FIXTURES / "product", tmp_path / "product"))
    shutil.copytree(folder / "mappings", product, dirs_exist_ok=True)
    change(folder / "mappings/json/erp/order.yaml", "document: order", "title: ours\ndocument: order")
    company = load(folder, CONNECTORS, {"ERP_TOKEN": "s3cret"}, product=product)
    assert company.mappings["json/erp/order"].notation.title == "ours"
    shutil.rmtree(folder / "mappings")
    company = load(folder, CONNECTORS, {"ERP_TOKEN": "s3cret"}, product=product)
    assert company.mappings["json/erp/order"].notation.title == ""


def test_references(folder):
    change(folder / "systems/erp.yaml", "${env:ERP_TOKEN}", "${file:secrets/token}")
    change(folder / "systems/erp.yaml", "https://erp.example", "https://${env:HOST:-erp.example}")
    (folder / "secrets").mkdir()
    (folder / "secrets/token").write_text("from a file\n")
    config = loaded(folder).systems["erp"].config
    assert config.token.get_secret_value() == "from a file"
    assert config.url == "https://erp.example/api"
    assert loaded(folder, HOST="other.example").systems["erp"].config.url == "https://other.example/api"


@pytest.mark.parametrize("reference", ["${enw:TOKEN}", "${TOKEN}", "${env:}"])
def test_a_reference_nobody_understands(folder, reference):
    change(folder / "systems/erp.yaml", "${env:ERP_TOKEN}", reference)
    with pytest.raises(SettingsError, match="is no reference"):
        loaded(folder)


def test_a_secret_does_not_show(folder):
    change(folder / "hub.yaml", "name:", "database: postgresql://hub:${env:ERP_TOKEN}@db/hub\nname:")
    company = loaded(folder)
    assert company.hub.database == "postgresql://hub:s3cret@db/hub"
    assert "s3cret" not in repr(company) and "s3cret" not in str(company.systems["erp"].model_dump())


def test_the_hash_follows_what_counts(folder):
    first = loaded(folder).hash
    (folder / "secrets").mkdir()
    (folder / "secrets/token.yaml").write_text("x")
    (folder / "README.md").write_text("x")
    assert loaded(folder).hash == first
    change(folder / "hub.yaml", "36h", "24h")
    assert loaded(folder).hash != first


def test_the_hash_follows_the_product_too(folder, tmp_path):
    product = tmp_path / "product"
    shutil.copytree(product_mappings(), product)
    first = load(folder, CONNECTORS, {"ERP_TOKEN": "s3cret"}, product=product).hash
    (product / "codes" / "more.csv").write_text("# a table\nx12,edifact,word,title\n")
    assert load(folder, CONNECTORS, {"ERP_TOKEN": "s3cret"}, product=product).hash != first


LITERAL = {
    "plain": "hunter2",
    "quoted": '"hunter2"',
    "a block": "|-\n    hunter2",
    "in case the reference leads nowhere": "${env:NOWHERE:-hunter2}",
}


@pytest.mark.parametrize("written", LITERAL.values(), ids=LITERAL)
def test_what_is_kept_of_the_settings_holds_no_secret(folder, written):
    change(folder / "systems/erp.yaml", "${env:ERP_TOKEN}", written)
    change(folder / "hub.yaml", "name:", "database: postgresql://hub:hunter2@db/hub\nname:")
    company = loaded(folder)
    assert company.systems["erp"].config.token.get_secret_value() == "hunter2"
    kept = company.snapshot.files
    assert not any(b"hunter2" in body for body in kept.values())
    assert b"${file:left-out/" in kept["company/systems/erp.yaml"]
    assert "product/x12/850.yaml" in kept


def test_a_file_that_a_reference_names_is_not_kept(folder):
    change(folder / "systems/erp.yaml", "${env:ERP_TOKEN}", "${file:keys/erp.yaml}")
    (folder / "keys").mkdir()
    (folder / "keys/erp.yaml").write_text("hunter2")
    assert not any("keys" in name for name in loaded(folder).snapshot.files)


def test_a_configuration_of_then_is_read_without_what_its_references_led_to(folder):
    recalled = load(folder, Nowheres(), {}, elsewhere=Recalled({}, folder))
    assert recalled.systems["erp"].config.token == "env-ERP_TOKEN"
    ours = [
        {name: body for name, body in one.snapshot.files.items() if name.startswith("company/")}
        for one in (recalled, loaded(folder))
    ]
    assert ours[0] == ours[1]


def test_two_kinds_of_partner_state_may_share_ids(folder):
    twin = folder / "partners/acme_live"
    shutil.copytree(folder / "partners/acme", twin)
    change(twin / "partner.yaml", "state: test", "state: production")
    assert set(loaded(folder).partners) == {"acme", "acme_live"}


def test_an_empty_file_is_missing_keys(folder):
    (folder / "channels/acme.yaml").write_text("# nothing yet\n")
    with pytest.raises(SettingsError) as caught:
        loaded(folder)
    assert {mistake.text for mistake in caught.value.mistakes} == {"`connector` is missing", "`format` is missing"}


def test_broken_files_do_not_make_others_look_wrong(folder):
    (folder / "systems/erp.yaml").write_text("connector: [\n")
    (folder / "partners/acme/partner.yaml").write_text("title: {\n")
    with pytest.raises(SettingsError) as caught:
        loaded(folder)
    assert sorted(Path(mistake.file).name for mistake in caught.value.mistakes) == ["erp.yaml", "partner.yaml"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("extends: x12/850\nchange: {BEGG/1: {use: must}}\n", 2, "BEGG"),
        ("extends: x12/805\n", 1, "there is no guide `x12/805`"),
        ("extends: [\n", 2, "did not find expected node"),
    ],
)
def test_a_partners_guide_is_checked_even_when_nobody_names_it(folder, text, line, why):
    own = folder / "partners/acme/guides/unused.yaml"
    own.parent.mkdir()
    own.write_text(text)
    with pytest.raises(SettingsError) as caught:
        loaded(folder)
    assert {(mistake.file, mistake.line) for mistake in caught.value.mistakes} == {(str(own), line)}
    assert why in str(caught.value)


def test_a_guide_for_another_document(folder):
    change(folder / "partners/acme/partner.yaml", "invoice: x12/810", "invoice: x12/856")
    with pytest.raises(SettingsError, match="`x12/856` is for ship_notice, not invoice"):
        loaded(folder)
