"""From composites that agree or differ to what is known of each field's level of agreement.

A composite that agrees tells that all its parts agree. One that differs while all its parts but one are
known to agree tells that this part differs. What is left unknown stays open: a field's level of agreement is
known to lie in a set of levels, not to be one of them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from config.fields import CROSSED, DIFFERENT, LEVELS

Bits = NDArray[np.bool_]

FEATURES: Final = (*(f"{field}.{level}" for field, levels in LEVELS.items() for level in levels), CROSSED)
"""Every feature that can be a part of a composite."""

NAMES: Final = "names"
"""Field of its own for names that agree crosswise, beside first and last name."""

COMPARED: Final[dict[str, tuple[str, ...]]] = {
    **{field: (*levels, DIFFERENT) for field, levels in LEVELS.items()},
    NAMES: ("crossed", DIFFERENT),
}
"""Field to levels of agreement, strongest first, `different` last."""

SPANS: Final[dict[str, tuple[int, int]]] = {
    field: (start, start + len(levels))
    for (field, levels), start in zip(
        COMPARED.items(),
        np.cumsum([0, *(len(levels) for levels in COMPARED.values())])[:-1].tolist(),
        strict=True,
    )
}
"""Field to its columns in a matrix that has one column for each level of each field."""

WIDTH: Final = sum(len(levels) for levels in COMPARED.values())

_PLACES: Final = np.left_shift(np.uint64(1), np.arange(WIDTH, dtype=np.uint64))
_AT: Final = {feature: place for place, feature in enumerate(FEATURES)}

_OF_NAMES: Final = [_AT[feature] for feature in FEATURES if feature.startswith(("first_name.", "last_name."))]
_WHOLE_NAMES: Final = [_AT["first_name.exact"], _AT["last_name.exact"]]

_IMPLIED: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    *(((f"{field}.{levels[0]}",), f"{field}.{level}") for field, levels in LEVELS.items() for level in levels[1:]),
    (("dob.swapped",), "dob.year"),
    (("dob.year_month",), "dob.year"),
    (("dob.year_day",), "dob.year"),
    (("dob.year_month", "dob.year_day"), "dob.exact"),
    (("dob.year_month", "dob.month_day"), "dob.exact"),
    (("dob.year_day", "dob.month_day"), "dob.exact"),
    (("dob.year", "dob.month_day"), "dob.exact"),
    (("dob.swapped", "dob.year_month"), "dob.exact"),
    (("dob.swapped", "dob.year_day"), "dob.exact"),
    (("postcode.sector",), "postcode.district"),
    (("first_name.exact", "last_name.exact"), CROSSED),
    *(
        ((CROSSED, f"{field}.{level}"), f"{other}.exact")
        for field in ("first_name", "last_name")
        for level in LEVELS[field]
        for other in ("first_name", "last_name")
    ),
)
"""Features that together imply another: whoever agrees on the former agrees on the latter. Names that agree
crosswise, one of them also with its own kind, are not swapped but equal."""


def parts_of(composites: Mapping[str, Sequence[str]]) -> Bits:
    """Which features stand in which composite: shape (composites, features)."""
    parts = np.zeros((len(composites), len(FEATURES)), dtype=np.bool_)
    for row, features in enumerate(composites.values()):
        for feature in features:
            parts[row, _AT[feature]] = True
    return parts


def known(agreeing: Bits, differing: Bits, parts: Bits) -> tuple[Bits, Bits]:
    """Features known to agree and features known to differ.

    Args:
        agreeing: composites that agree, shape (patterns, composites).
        differing: composites present on both sides that differ, same shape.
        parts: from `parts_of`.

    Returns:
        Two of shape (patterns, features). No feature is in both: where a withheld or doubtful token would
        say so, agreement stands, since two tokens are equal only if their values are.
    """
    kinds = parts.astype(np.float32)
    agree = (agreeing.astype(np.float32) @ kinds) > 0
    imply(agree)
    differ = _swapped(agree, differing, kinds)
    while True:
        before = int(differ.sum())
        unknown = (~agree).astype(np.float32) @ kinds.T
        single = differing & (unknown == 1)
        differ |= ((single.astype(np.float32) @ kinds) > 0) & ~agree
        _exclude(agree, differ)
        if int(differ.sum()) == before:
            return agree, differ


def _swapped(agree: Bits, differing: Bits, kinds: NDArray[np.float32]) -> Bits:
    """Whole names that must differ: they agree crosswise, but cannot be equal.

    Names that agree crosswise are equal or swapped. They are swapped where their being equal would leave
    nothing for a differing composite to differ in.
    """
    equal = agree.copy()
    equal[:, _OF_NAMES] |= agree[:, [_AT[CROSSED]]]
    unknown = (~equal).astype(np.float32) @ kinds.T
    swapped = agree[:, _AT[CROSSED]] & ~agree[:, _OF_NAMES].any(axis=1) & (differing & (unknown == 0)).any(axis=1)
    differ = np.zeros_like(agree)
    differ[:, _WHOLE_NAMES] = swapped[:, None]
    return differ


def imply(agree: Bits) -> None:
    """Add, in place, what agreeing features imply; two rounds reach everything (three pairs of date parts)."""
    for _ in range(2):
        for causes, effect in _IMPLIED:
            agree[:, _AT[effect]] |= agree[:, [_AT[cause] for cause in causes]].all(axis=1)


def _exclude(agree: Bits, differ: Bits) -> None:
    """Add, in place, the features that must differ because what they would imply differs."""
    for causes, effect in _IMPLIED:
        for cause in causes:
            others = [_AT[other] for other in causes if other != cause]
            ruled_out = differ[:, _AT[effect]] & agree[:, others].all(axis=1) & ~agree[:, _AT[cause]]
            differ[:, _AT[cause]] |= ruled_out


def possible(agree: Bits, differ: Bits) -> Bits:
    """The levels at which each field may agree.

    A level is possible where nothing stronger is known to agree and nothing that it implies is known to
    differ. Where nothing is known of a field all its levels are possible, and it counts for nothing.

    Returns:
        Shape (patterns, WIDTH), by `SPANS`. Each field has at least one possible level.
    """
    levels = np.ones((agree.shape[0], WIDTH), dtype=np.bool_)
    for field, names in LEVELS.items():
        start, stop = SPANS[field]
        stronger = np.zeros(agree.shape[0], dtype=np.bool_)
        for place, name in enumerate(names):
            at = _AT[f"{field}.{name}"]
            levels[:, start + place] = ~stronger & ~differ[:, at]
            stronger |= agree[:, at]
        levels[:, stop - 1] = ~stronger
    _cross(agree, differ, levels)
    return levels


def _cross(agree: Bits, differ: Bits, levels: Bits) -> None:
    """Where the names agree only crosswise, take that in place of what each name says for itself."""
    crossed = agree[:, _AT[CROSSED]] & (differ[:, _AT["first_name.exact"]] | differ[:, _AT["last_name.exact"]])
    for field in ("first_name", "last_name"):
        start, stop = SPANS[field]
        levels[crossed, start:stop] = True
    start, _ = SPANS[NAMES]
    levels[:, start] = ~differ[:, _AT[CROSSED]]
    levels[crossed, start + 1] = False


def packed(levels: Bits) -> NDArray[np.uint64]:
    """One number per row of `possible`, the same for the same sets."""
    codes: NDArray[np.uint64] = (levels * _PLACES).sum(axis=1, dtype=np.uint64)
    return codes


def unpacked(codes: NDArray[np.uint64]) -> Bits:
    """The sets that `packed` numbered."""
    levels: Bits = (codes[:, None] & _PLACES) != 0
    return levels


def named(code: int) -> str:
    """A set in words: fields with one possible level as 'field=level', with several as 'field=a|b'."""
    words = []
    for field, levels in COMPARED.items():
        start, stop = SPANS[field]
        here = [name for place, name in enumerate(levels) if code >> (start + place) & 1]
        if len(here) < stop - start:
            words.append(f"{field}={'|'.join(here)}")
    return " ".join(words)
