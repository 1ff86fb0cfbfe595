"""Codecs of JSON mappings: what is written is read back as the same value; what is no value says so."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.mapping.codecs import CODECS

# with a fixed offset: Python holds no moment of a repeated hour equal to the same one in another zone
MOMENTS = st.datetimes(timezones=st.timezones(), allow_imaginary=False)
VALUES = {
    "text": st.text(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12),
    "number": st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    "integer": st.integers(-(10**15), 10**15),
    "date": st.dates(),
    "moment": st.datetimes(timezones=st.timezones(), allow_imaginary=False).map(lambda moment: moment.replace(fold=0))
    | st.dates(),
    "truth": st.booleans(),
    "digits": st.text("0123456789", min_size=1),
    "minor": st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12),
}


def test_every_codec_is_proved_here():
    assert set(VALUES) == set(CODECS)


@pytest.mark.parametrize("name", sorted(CODECS))
@given(data=st.data())
def test_what_is_written_is_read_back(name, data):
    value, codec = data.draw(VALUES[name]), CODECS[name]
    back = codec.read(json.loads(json.dumps(codec.write(value))))
    if isinstance(value, datetime):  # in an hour that comes twice, times of different zones are never equal to Python (PEP 495)
        value, back = value.astimezone(UTC), back.astimezone(UTC)
    assert back == value


@pytest.mark.parametrize(
    ("name", "given_value", "expected"),
    [
        ("decimal", 4.1, Decimal("4.1")),
        ("decimal", " 4.10 ", Decimal("4.10")),
        ("decimal", "1E+3", Decimal(1000)),
        ("integer", "24.0", 24),
        ("text", 10, "10"),
        ("text", True, "true"),
        ("date", "2026-11-22T10:00:00Z", date(2026, 11, 22)),
        ("date", "20261122", date(2026, 11, 22)),
        ("moment", "2026-11-22T12:00:05Z", datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)),
        ("moment", "2026-11-22", date(2026, 11, 22)),
        ("truth", "no", False),
    ],
)
def test_what_others_write(name, given_value, expected):
    assert CODECS[name].read(given_value) == expected


@pytest.mark.parametrize(
    ("name", "given_value", "why"),
    [
        ("decimal", "4,10", "`4,10` is not a number"),
        ("decimal", "NaN", "not a number"),
        ("decimal", True, "a number is expected"),
        ("decimal", "1e999999", "`1e999999` is not a number we can take"),
        ("integer", "1e999999", "not a number we can take"),
        ("number", float("inf"), "not a number"),
        ("decimal", "1_000", "not a number"),
        ("decimal", "9" * 5000, f"`{'9' * 40}…` is not a number"),
        ("integer", "2.5", "not a whole number"),
        ("text", {"a": 1}, "text is expected"),
        ("date", "22.11.2026", "not a date such as"),
        ("date", "2026-02-30", "not a date such as"),
        ("moment", "2026-11-22T12:00:05", "says no time zone"),
        ("moment", "noon", "not a time such as"),
        ("truth", "perhaps", "neither true nor false"),
    ],
)
def test_what_is_no_value_says_so(name, given_value, why):
    with pytest.raises(ValueError, match=why):
        CODECS[name].read(given_value)


def test_a_number_json_cannot_keep_is_refused():
    with pytest.raises(ValueError, match="more digits"):
        CODECS["number"].write(Decimal("0.12345678901234567890"))


@pytest.mark.parametrize("name", ["decimal", "number", "integer"])
@pytest.mark.parametrize("huge", ["1E+999999", "1E-999999", "NaN", "Infinity"])
def test_a_number_that_nobody_can_mean_is_not_written(name, huge):
    with pytest.raises(ValueError, match="not a number that can be written"):
        CODECS[name].write(Decimal(huge))


def test_decimals_are_written_without_exponent():
    assert CODECS["decimal"].write(Decimal("1E+3")) == "1000"
