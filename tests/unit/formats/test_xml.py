"""XML: nothing from elsewhere, nothing without bounds, and back again."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Unreadable
from hub.formats import xml

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY b "lol">'
    + "".join(f'<!ENTITY b{n} "&b{n - 1 or ""};&b{n - 1 or ""};">' for n in range(1, 9))
    + "]><a>&b8;</a>"
)
FILE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
HARM = [
    (LAUGHS.encode(), "entities"),
    (FILE.encode(), "entities"),
    (FILE.encode("utf-16"), "entities"),
    (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a>&b;</a>', "entit"),
    (b"<a>" * 200 + b"</a>" * 200, "nested deeper|not XML"),
    (b"", "not XML"),
    (b"<a><b></a>", "not XML"),
    (b"\xff\xfe<", "not XML"),
]


@pytest.mark.parametrize(("body", "why"), HARM, ids=range(len(HARM)))
def test_what_does_harm_is_refused(body, why):
    with pytest.raises(Unreadable, match=why):
        xml.values(xml.parse(body), {})


def test_a_document_type_from_elsewhere_is_not_fetched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert xml.values(xml.parse(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a x="1">text</a>'), {}) == {
        "@x": "1",
        ".": "text",
    }


def test_limits(monkeypatch):
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 3)
    with pytest.raises(Unreadable, match="more than 3 elements"):
        xml.parse(b"<a><b/><b/><b/><b/></a>")


def test_namespaces_count_and_prefixes_do_not():
    names = {"": "urn:order", "cbc": "urn:basic"}
    for body in (
        b'<Order xmlns="urn:order" xmlns:x="urn:basic"><x:ID>7</x:ID></Order>',
        b'<o:Order xmlns:o="urn:order"><ID xmlns="urn:basic">7</ID></o:Order>',
    ):
        root = xml.parse(body)
        assert xml.name_of(str(root.tag), {space: prefix for prefix, space in names.items()}) == "Order"
        assert xml.values(root, names) == {"cbc:ID": {".": "7"}}


TEXT = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1)
    .map(str.strip)
    .filter(bool)
)
NAMES = st.sampled_from(["a", "b", "cbc:ID", "c.d"])
LEAVES = st.builds(lambda text: {".": text}, TEXT) | st.builds(lambda text: {"@x": text}, TEXT)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(NAMES, inner | st.lists(inner, min_size=2, max_size=3), min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, TREES, min_size=1))
def test_what_is_written_is_read_back(value):
    names = {"cbc": "urn:basic"}
    assert xml.values(xml.parse(xml.write("root", value, names)), names) == value


@given(st.binary(max_size=100))
def test_no_bytes_crash_the_reader(body):
    try:
        xml.values(xml.parse(body), {})
    except Unreadable as error:
        assert str(error)
