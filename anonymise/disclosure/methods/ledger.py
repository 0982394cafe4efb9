"""What may still be spent of a budget of differential privacy."""

from collections.abc import Sequence
from decimal import Decimal

from config.errors import DisclosureError


def spend(already: Sequence[float], asked: float, total: float) -> float:
    """What is left of the budget after a release; releases add up (basic composition).

    Decimal, so that ten times 0.1 is 1 and not a little more or less.

    Args:
        already: epsilon of each release of the period so far.
        asked: epsilon of the next one.
        total: what all may spend together.

    Raises:
        DisclosureError: it would be more than the budget.

    Source: Dwork & Roth (2014), "The algorithmic foundations of differential privacy", theorem 3.14.
    """
    spent = sum((_decimal(each) for each in already), Decimal(0))
    left = _decimal(total) - spent - _decimal(asked)
    if left < 0:
        raise DisclosureError(
            "the budget of differential privacy of this period is spent", {"releases": len(already)}
        )
    return float(left)


def _decimal(number: float) -> Decimal:
    # OpenDP's map may end a last digit above what was asked.
    return Decimal(repr(round(number, 9)))
