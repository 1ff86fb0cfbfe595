"""How many decimals the coins of a currency have, for amounts that are sent in the smallest coin."""

from decimal import Decimal

# After ISO 4217, as of 2026-11: currencies whose smallest coin is no hundredth.
PLACES = {
    **dict.fromkeys(
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"], 0
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


def places(currency: str | None) -> int:
    """
    >>> places("USD"), places("JPY"), places("KWD")
    (2, 0, 3)
    """
    return PLACES.get(currency or "", 2)


def coin(currency: str | None) -> Decimal:
    """The smallest one.

    >>> coin("USD"), coin("JPY")
    (Decimal('0.01'), Decimal('1'))
    """
    return Decimal(1).scaleb(-places(currency))


def major(amount: Decimal, currency: str | None) -> Decimal:
    """
    >>> major(Decimal(1250), "USD"), major(Decimal(1250), "JPY")
    (Decimal('12.50'), Decimal('1250'))
    """
    return amount.scaleb(-places(currency))


def minor(amount: Decimal, currency: str | None) -> int:
    """The amount in the smallest coin. Raises ValueError where there is no coin that small.

    >>> minor(Decimal("12.5"), "USD")
    1250
    """
    scaled = amount.scaleb(places(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} {currency or ''} is no whole number of the smallest coin")
    return int(scaled)
