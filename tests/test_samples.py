"""What a guide says of itself: its samples are valid, and each of its rules can be broken and is then found."""

from functools import cache
from pathlib import Path

import pytest

from hub.formats import detect
from hub.guides import difference, mutants, reader, samples, wrapping, writer
from hub.guides.judge import Policy, judge
from hub.guides.library import Library
from hub.guides.places import called
from hub.guides.samples import WHOLE
from hub.model import DOCUMENTS

ROOT = Path(__file__).parent.parent
LIBRARY = Library([ROOT / "mappings"])
NAMES = LIBRARY.names()
SEEDS = (WHOLE, 1, 2, 3)
STRICT = """
extends: x12/850
change:
  BEG/1: {only: ["00"]}
  BEG/2: {const: SA}
  BEG/4: {use: never}
  BEG/6: {use: must, min: 3, max: 10}
  MEA: {use: never}
  REF: {use: must}
  N1: {needs: [ship_to, buyer]}
  PO1/1: {use: must}
  PO1/SDQ: {use: must}
  PO1/DTM: {max: 2}
"""


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A partner's guide with every kind of demand that the product's own do not make."""
    root = tmp_path_factory.mktemp("partner")
    (root / "strict.yaml").write_text(STRICT)
    return Library([root, ROOT / "mappings"]).guide("strict")


@cache
def broken(name):
    """All mutants of a guide, made once."""
    return list(mutants.mutants(LIBRARY.guide(name)))


def judged(guide, content):
    (judgement,) = judge(detect.read([content]), lambda *_: guide, Policy())
    return judgement, [*judgement.findings, *(finding for document in judgement.papers for finding in document.findings)]


def found(guide, mutant):
    """The findings that a mutant must give, among those it gives."""
    content = mutant.content
    told = [finding for judgement in judge(detect.read([content]), lambda *_: guide, Policy())
            for finding in [*judgement.findings, *(it for document in judgement.papers for it in document.findings)]]  # fmt: skip
    return [finding for finding in told if mutant.told_by(finding) and finding.severity != "note"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_samples_are_valid_and_say_what_they_were_made_to_say(name, seed):
    guide = LIBRARY.guide(name)
    sample = samples.sample(guide, seed)
    judgement, findings = judged(guide, sample.content)
    assert {it.code for it in findings} <= {"hub:no-totals"}  # one without lines counts none
    assert [document.state for document in judgement.papers] == ["accepted_with_findings" if findings else "accepted"]
    kept = {"test", "assumed"}
    assert judgement.papers[0].document.model_dump(exclude=kept) == sample.document.model_dump(exclude=kept)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_what_was_read(name):
    guide = LIBRARY.guide(name)
    document = samples.sample(guide).document
    reading = reader.read(guide, difference.as_set(guide, writer.write(guide, document).segments))
    value = {key: item for key, item in reading.value.items() if key != "assumed"}
    assert DOCUMENTS[guide.document].model_validate(value) == document


@pytest.mark.parametrize("one_in", [6, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])
@pytest.mark.parametrize("name", NAMES)
def test_every_rule_broken_is_found_with_its_own_code_at_its_place(name, one_in):
    guide = LIBRARY.guide(name)
    missed = [mutant.rule for mutant in list(broken(name))[::one_in] if not found(guide, mutant)]
    assert missed == []


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_sample_breaks_every_element_that_must_be_there(name):
    """Held against the guide: nothing that it demands at its top is left without a mutant."""
    guide = LIBRARY.guide(name)
    rules = {mutant.rule for mutant in broken(name)}
    for rule in guide.body:
        if rule.use == "must":
            address = called(rule)
            assert wrapping.bare(guide) or f"segment-missing:{address}" in rules
            tree = {rule.tree.id, rule.tree.parent, rule.tree.level} if rule.tree else set()
            tree |= {when.address.element for when in rule.when}
            wanted = [element for element in rule.elements if element.use == "must" and element.address.element not in tree]
            missed = [it for it in wanted if not any(f"element-missing:{address}/{part.address}" in rules for part in it.each())]
            assert [str(it.address) for it in missed] == []


def test_the_product_breaks_every_kind_of_rule():
    kinds = {mutant.wound.kind for name in LIBRARY.names() if name.startswith("x12/8") for mutant in broken(name)}
    assert kinds >= {"segment-missing", "segment-unknown", "too-many", "misplaced", "unexpected", "element-missing", "too-long", "too-short",
                     "wrong-type", "bad-date", "bad-time", "condition", "wrong-total", "too-many-elements", "too-many-components",
                     "wrong-count", "wrong-number", "no-trailer", "tree-order", "tree-parent", "tree-level"}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_of_a_strict_partner_obey_it(strict, seed):
    sample = samples.sample(strict, seed)
    assert judged(strict, sample.content)[1] == []
    assert {"ship_to", "buyer"} <= set(sample.document.parties)


def test_what_a_strict_partner_demands_is_broken_too(strict):
    made = {mutant.rule: mutant for mutant in mutants.mutants(strict)}
    assert [rule for rule, mutant in made.items() if not found(strict, mutant)] == []
    assert set(made) >= {"wrong-code:BEG/1", "wrong-code:BEG/2", "never:BEG/4", "too-long:BEG/6", "too-short:BEG/6", "element-missing:BEG/6",
                         "never:MEA", "segment-missing:REF", "segment-missing:N1[ship_to]", "segment-missing:N1[buyer]",
                         "segment-missing:PO1/SDQ", "element-missing:PO1/1", "too-many:PO1/DTM"}  # fmt: skip


def test_a_mutant_differs_from_the_sample_and_names_its_fault():
    guide = LIBRARY.guide("x12/850")
    mutant = mutants.mutant(guide, "too-long:PO1/N1/4")
    assert mutant.text.startswith("N104 (id) has ")
    assert mutant.content != samples.sample(guide).content


def test_the_same_seed_gives_the_same_bytes():
    guide, again = LIBRARY.guide("x12/856"), Library([ROOT / "mappings"]).guide("x12/856")
    assert samples.sample(guide, 5).content == samples.sample(again, 5).content
    assert samples.sample(guide, 5).content != samples.sample(guide, 6).content


def test_an_unknown_rule_names_the_nearest():
    with pytest.raises(mutants.NoMutant, match="did you mean too-long"):
        mutants.mutant(LIBRARY.guide("x12/997"), "to-long")


def test_a_guide_that_contradicts_itself_has_no_sample(tmp_path):
    (tmp_path / "never.yaml").write_text("extends: x12/850\nchange:\n  BEG/3: {use: never}\n")
    with pytest.raises(samples.NoSample, match="number"):
        samples.sample(Library([tmp_path, ROOT / "mappings"]).guide("never"))
