"""A file in words: what it shows, where errors stand, and that no bytes upset it."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.cli.explain import told
from hub.cli.main import cli
from hub.guides import mutants, samples
from hub.guides.library import Library
from hub.operations.explain import explain
from hub.operations.explain_page import page_of
from hub.operations.read import Desk

ROOT = Path(__file__).parent.parent
LIBRARY = Library([ROOT / "mappings"])
ORDER = (
    b"ISA*00*          *00*          *01*123456789      *ZZ*SELLER         *261122*0930*U*00401*000000007*0*P*>~"
    b"GS*PO*B*S*20261122*0930*7*X*004010~ST*850*0001~BEG*00*SA*PO-1**20261122~N1*ST*Depot 4*92*0004~"
    b"PO1*1*12*EA*2.50**UP*012345678905~SAC*A*C310***1250~CTT*1~SE*7*0001~GE*1*7~IEA*1*000000007~"
)
DESK = Desk(LIBRARY)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def explained(tmp_path):
    def make(content):
        path = tmp_path / "file.edi"
        path.write_bytes(content)
        return explain(str(path), DESK)

    return make


def pieces(explanation):
    return [piece for passage in explanation.passages for piece in passage.pieces]


def piece(explanation, tag):
    return next(it for it in pieces(explanation) if it.tag == tag)


def means(found):
    return {said.place: said.means for said in found.said}


def test_segments_have_their_place_and_their_words(explained):
    explanation = explained(ORDER)
    assert [(it.tag, it.position, it.offset) for it in pieces(explanation)][:4] == [
        ("ISA", None, 0), ("GS", None, 106), ("ST", 1, 141), ("BEG", 2, 153)]  # fmt: skip
    assert piece(explanation, "PO1").title == "order line"
    assert explanation.exit_code == 0


def test_codes_dates_and_implied_decimals_are_decoded(explained):
    explanation = explained(ORDER)
    assert means(piece(explanation, "BEG"))["BEG01"] == "Original"
    assert means(piece(explanation, "BEG"))["BEG05"] == "22 November 2026"
    assert means(piece(explanation, "N1"))["N101"] == "Ship to"
    assert means(piece(explanation, "SAC"))["SAC05"] == "12.50"
    assert [said.title for said in piece(explanation, "PO1").said][-1] == "UPC"
    assert means(piece(explanation, "ISA"))["ISA05"] == "DUNS"


def test_every_byte_of_a_sound_file_is_shown_in_order(explained):
    for name in LIBRARY.names():
        content = samples.sample(LIBRARY.guide(name)).content
        found = pieces(explained(content))
        assert b"".join(it.raw.encode() + b"\n" for it in found) == content
        assert all(it.known for it in found)


def test_an_error_stands_at_its_element_and_says_how_to_mend_it(explained):
    mutant = mutants.mutant(LIBRARY.guide("x12/850"), "wrong-type:PO1/2")
    explanation = explained(mutant.content)
    line = piece(explanation, "PO1")
    (finding,) = line.findings
    assert (finding.code, line.of(line.said[1])) == ("AK403:6", [finding])
    lines = list(told(explanation))
    at = next(number for number, text in enumerate(lines) if "PO1*1*A*" in text)
    assert "error[AK403:6]" in lines[at + 2] and "help: use only characters" in lines[at + 3]
    assert re.search(r"PO1\*1\*<mark>A</mark>\*", page_of(explanation))
    assert explanation.exit_code == 1


def test_what_is_missing_is_told_where_it_should_stand(explained):
    explanation = explained(mutants.mutant(LIBRARY.guide("x12/850"), "segment-missing:BEG").content)
    assert [finding.segment for finding in pieces(explanation)[3].before] == ["BEG"]


def test_a_file_that_was_cut_is_explained_as_far_as_it_goes(explained):
    explanation = explained(ORDER[: ORDER.index(b"*012345678905")])
    assert [it.tag for it in pieces(explanation)] == ["ISA", "GS", "ST", "BEG", "N1", "PO1"]
    assert "SE is missing" in "\n".join(told(explanation))


def test_a_document_without_a_guide_is_told_with_bare_words(explained):
    explanation = explained(ORDER.replace(b"ST*850", b"ST*204"))
    assert "no guide" in piece(explanation, "ST").findings[0].text
    assert means(piece(explanation, "N1"))["N101"] == "Ship to"


def test_a_strange_segment_is_shown_as_unknown_here(explained):
    explanation = explained(ORDER.replace(b"N1*ST", b"ZZZ*X*1~N1*ST"))
    assert not piece(explanation, "ZZZ").known
    assert [finding.code for finding in piece(explanation, "ZZZ").findings] == ["AK304:1"]


def test_interchanges_with_other_separators_and_rubbish_between_them(explained):
    other = ORDER.replace(b"*", b"|").replace(b"~", b"\n")
    explanation = explained(b"\xef\xbb\xbf" + ORDER + b"some rubbish~\n" + other)
    assert [len(passage.pieces) for passage in explanation.passages] == [12, 11]
    assert piece(explanation, "some rubbi").title == "belongs to no document"


def test_edifact_with_advice_and_released_terminators(explained):
    content = b"UNA:+.? 'UNB+UNOC:3+A+B+261122:0930+1'UNH+1+ORDERS:D:96A:UN'FTX+AAI+++it?'s here'UNT+3+1'UNZ+1+1'"
    explanation = explained(content)
    assert [it.tag for it in pieces(explanation)] == ["UNA", "UNB", "UNH", "FTX", "UNT", "UNZ"]
    assert piece(explanation, "FTX").said[-1].text == "it's here"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 50, b"hello", b"{}", b"ISA", b"ISA*", b"UNA", b"UNB+", ORDER[:105], ORDER[3:], b"ST*850*1~", b"IEA*1*1~"],
)
def test_whatever_the_bytes_there_are_words(explained, content):
    explanation = explained(content)
    assert "please report" not in (explanation.error or "")
    assert list(told(explanation)) and page_of(explanation) and json.dumps(explanation.as_dict())


@QUIET
@given(data=st.data())
def test_damaged_files_never_upset_it(tmp_path_factory, data):
    content = bytearray(
        data.draw(st.sampled_from([ORDER, ORDER.replace(b"~", b"\r\n"), samples.sample(LIBRARY.guide("x12/856"), 1).content]))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    path = tmp_path_factory.mktemp("damaged") / "file.edi"
    path.write_bytes(bytes(content))
    explanation = explain(str(path), DESK)
    assert "please report" not in (explanation.error or "")
    ends = [(it.offset, it.end) for it in pieces(explanation)]
    assert all(one[1] <= other[0] for one, other in pairwise(ends))
    assert list(told(explanation)) and page_of(explanation) and json.dumps(explanation.as_dict())


class Reader(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.words = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not {"src", "href", "onload", "onerror"} & {name for name, _ in attrs}

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_is_whole_and_nothing_in_the_file_becomes_markup(explained):
    reader = Reader()
    reader.feed(page_of(explained(ORDER.replace(b"Depot 4", b"<script>alert(1)</script><img onerror=x>"))))
    assert not {"script", "img", "link", "iframe"} & reader.tags
    assert "<script>alert(1)</script>" in "".join(reader.words)


def test_the_command_speaks_json_and_ends_as_read_does(tmp_path):
    path = tmp_path / "order.edi"
    path.write_bytes(ORDER)
    result = CliRunner().invoke(cli, ["explain", str(path), "--json"])
    values = json.loads(result.output)
    assert result.exit_code == 0
    segment = values["interchanges"][0]["segments"][3]
    assert (segment["tag"], segment["position"], segment["offset"]) == ("BEG", 2, 153)
    assert segment["elements"][0] == {
        "place": "BEG01",
        "title": "purpose",
        "text": "00",
        "means": "Original",
        "element": 1,
        "component": None,
    }
    assert CliRunner().invoke(cli, ["explain", str(tmp_path / "none.edi")]).exit_code == 2
    assert "<!doctype html>" in CliRunner().invoke(cli, ["explain", str(path), "--html"]).output


def test_a_partner_guide_explains_what_the_partner_demands(tmp_path):
    guides = tmp_path / "config" / "partners" / "bigmart" / "guides" / "x12"
    guides.mkdir(parents=True)
    (guides / "850.yaml").write_text("extends: x12/850\nchange:\n  BEG/2: {only: [DR]}\n")
    (tmp_path / "order.edi").write_bytes(ORDER)
    chosen = ["--company", str(tmp_path / "config"), "--partner", "bigmart"]
    result = CliRunner().invoke(cli, ["explain", str(tmp_path / "order.edi"), *chosen])
    assert 'error[AK403:7]: BEG02 (order type) is "SA"; allowed: DR' in result.output
    assert result.exit_code == 1


def test_leftovers_of_very_many_documents_are_not_looked_for_and_that_is_said(explained, monkeypatch):
    head, rest = ORDER.split(b"ST*", 1)
    body, tail = rest.split(b"GE*1", 1)
    monkeypatch.setattr("hub.operations.explain.TRACED", 1)
    explanation = explained(head + b"ST*" + body + b"ST*" + body.replace(b"0001~", b"0002~") + b"GE*2" + tail)
    assert len(explanation.passages[0].rests) == 1
    assert "of 1 more documents this was not looked for; `crossdock read --leftovers` does" in "\n".join(told(explanation))
