"""How near people live in the tests that are not about that."""

import numpy as np

from linkage.kinds import APART, Nearness

_STRANGERS = np.array([[1.0, *[0.0] * (len(APART) - 2), np.nan]])

FAR = Nearness(_STRANGERS, np.full_like(_STRANGERS, 0.5))
"""One pair of bodies that know no homes: all pairs are of strangers."""
