"""What travels beside tokens: which are missing, how many rows a client has, which body sent them.

**What the attacker knows**: the bundles without any use of the tokens' values, and the list. **What he does**: he
works out from the list which tokens each person would lack (a field was not recorded, or the token is shared and
withheld) and how many different rows the person would have, and looks for patterns that stand once on each side.
**Identified**: a record whose pattern nobody else has on either side, and which the named person has.

Record ids are keyed and say nothing; rows leave sorted by them. A manifest's other figures (clients, agreement,
completeness, numbers withheld) are of a body as a whole: all of them follow from the list where it is the body's
own, so they single nobody out. They tell which of several lists fits, and whether *one* person is in the
body to somebody who already knows all others.
"""

from benchmarks.attacks.claims import Claims, equal_and_unique
from benchmarks.attacks.colours import record_colours
from benchmarks.attacks.mixing import Hashes
from benchmarks.attacks.sides import Side


def beside_claims(encoded: Side, listed: Side) -> Claims:
    """A claim for each pattern that stands once on each side."""
    return equal_and_unique(beside(encoded), beside(listed))


def beside(side: Side) -> Hashes:
    """Of each record, all that travels beside its tokens, as one number."""
    return next(record_colours(side, rounds=0))
