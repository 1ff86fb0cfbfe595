"""Numbers seen: as a set would say it, in less room."""

from hypothesis import given
from hypothesis import strategies as st

from hub.formats.seen import Seen

NUMBERS = st.integers(0, 12).map(lambda n: f"{n:04}") | st.integers(0, 12).map(str) | st.text("0189A ²", max_size=4)


@given(st.lists(NUMBERS, max_size=40))
def test_as_a_set_would_say_it(numbers: list[str]) -> None:
    seen, before = Seen(), set[str]()
    for number in numbers:
        assert seen.again(number) == (number in before)
        before.add(number)
