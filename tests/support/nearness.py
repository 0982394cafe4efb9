"""How near people live in the tests that are not about that."""

import numpy as np

from linkage.kinds import APART

FAR = np.array([[1.0, *[0.0] * (len(APART) - 2), np.nan]])
"""One pair of bodies that know no homes: all pairs are of strangers."""
