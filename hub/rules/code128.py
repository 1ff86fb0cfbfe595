"""GS1-128 bar codes of digits: Code 128, subset C, with the mark of GS1 in front."""

# widths of bar, space, bar, space, bar, space for each value; the last begins subset C
PATTERNS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211
221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113
132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121
312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211
221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141
114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
"""
WIDTHS = tuple(PATTERNS.split())
START, FNC1, STOP, MODULO = 105, 102, "2331112", 103
QUIET = 10  # modules that stay empty on either side


def values(digits: str) -> list[int]:
    """The values of the symbols: start, mark of GS1, digits by twos, check.

    >>> values("00106141412345678908")
    [105, 102, 0, 10, 61, 41, 41, 23, 45, 67, 89, 8, 47]
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) % 2:
        raise ValueError(f"{digits!r} is not an even number of digits")
    found = [START, FNC1, *(int(digits[at : at + 2]) for at in range(0, len(digits), 2))]
    check = found[0] + sum(place * value for place, value in enumerate(found))
    return [*found, check % MODULO]


def bars(digits: str) -> list[int]:
    """Widths in modules, bar and space in turn, without the quiet zones.

    >>> bars("00106141412345678908")[:6], sum(bars("00106141412345678908"))
    ([2, 1, 1, 2, 3, 2], 156)
    """
    return [int(width) for width in "".join(WIDTHS[value] for value in values(digits)) + STOP]
