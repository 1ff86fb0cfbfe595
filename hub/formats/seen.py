"""Control numbers seen so far: most senders count up by one, and then the first and the last say it all."""

LONGEST = 18  # digits that are worth counting


class Seen:
    """The numbers of one group or interchange.

    >>> seen = Seen()
    >>> [seen.again(number) for number in ("0001", "0002", "0002", "A", "0003", "A", "1", "0001", "0009", "0009")]
    [False, False, True, False, False, True, False, True, False, True]
    """

    def __init__(self) -> None:
        self._runs: dict[int, list[int]] = {}  # by width: the first of them, and the last
        self._others: set[str] = set()

    def again(self, number: str) -> bool:
        """Whether it was there before; it is from now on."""
        width = len(number)
        if width <= LONGEST and number.isascii() and number.isdecimal():
            count = int(number)
            run = self._runs.setdefault(width, [count, count - 1])
            if run[0] <= count <= run[1]:
                return True
            if count == run[1] + 1 and number not in self._others:
                run[1] = count
                return False
        if number in self._others:
            return True
        self._others.add(number)
        return False
