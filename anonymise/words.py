"""Word lists of normalisation: titles, placeholders, and the abbreviations of addresses."""

from typing import Final

TITLES: Final = (
    "mr", "mrs", "ms", "miss", "mx", "master", "dr", "prof", "professor", "sir", "dame", "lady", "lord",
    "rev", "revd", "reverend", "capt", "captain", "cllr",
)  # fmt: skip
"""Dropped before a name where more words follow; 'Lord' alone is a surname."""

SUFFIXES: Final = ("jr", "jnr", "junior", "sr", "snr", "senior", "esq", "esquire", "mbe", "obe", "cbe", "phd")
"""Dropped after a surname where more words stand before."""

BARE_TITLES: Final = ("mr", "mrs", "ms", "mx", "dr", "miss")
"""Not a name, even alone."""

PLACEHOLDERS: Final = (
    "unknown", "unk", "unknwn", "notknown", "namenotknown", "nameunknown", "unknownname", "nameless",
    "nonegiven", "notgiven", "noname", "nonamegiven", "nofirstname", "noforename", "nosurname", "nolastname",
    "notavailable", "notapplicable", "notrecorded", "notstated", "notprovided", "notsupplied", "nodata",
    "missing", "blank", "withheld", "refused", "tobeconfirmed", "tbc", "tba", "fnu", "lnu", "dnu",
    "test", "tester", "testing", "testpatient", "patienttest", "testclient", "testuser", "testrecord",
    "testperson", "testname", "testsurname", "dummy", "donotuse", "duplicate", "deleted", "anonymous",
    "baby", "babyboy", "babygirl", "babyof", "babyone", "babytwo", "newborn", "infant", "maleinfant",
    "femaleinfant", "unborn", "twin", "twinone", "twintwo", "triplet", "unnamed", "person", "occupier",
    "theoccupier", "asdf", "qwerty",
)  # fmt: skip
"""Words that stand for no name. Null, Na, None and the like are not among them: they are surnames."""

PLACELESS: Final = (
    "unknown", "notknown", "addressunknown", "unknownaddress", "nofixedabode", "nofixedaddress", "nfa",
    "homeless", "notgiven", "nonegiven", "notstated", "notrecorded", "notavailable", "noaddress", "test",
    "withheld", "missing", "tbc", "na", "none", "null", "nil",
)  # fmt: skip
"""Words that stand for no street or place."""

STREET_WORDS: Final = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "avn": "avenue",
    "cl": "close", "clo": "close", "cres": "crescent", "cr": "crescent", "crs": "crescent", "ct": "court",
    "crt": "court", "dr": "drive", "drv": "drive", "gdns": "gardens", "gdn": "gardens", "grdns": "gardens",
    "gr": "grove", "gro": "grove", "grv": "grove", "la": "lane", "ln": "lane", "pde": "parade", "pl": "place",
    "plc": "place", "sq": "square", "ter": "terrace", "terr": "terrace", "tce": "terrace", "cct": "circuit",
    "cir": "circuit", "hwy": "highway", "pk": "park", "wy": "way", "wlk": "walk", "hl": "hill", "bvd": "boulevard",
    "blvd": "boulevard", "est": "estate", "bldgs": "buildings", "hse": "house", "mws": "mews", "yd": "yard",
}  # fmt: skip
"""Abbreviations of the last word of a street."""

HOUSE_WORDS: Final = {
    "flt": "flat", "apartment": "flat", "apt": "flat", "unit": "flat", "fl": "flat", "no": "", "number": "",
    "num": "", "hse": "house", "rm": "room",
}  # fmt: skip
"""Words of a house; a number needs none before it."""

LETTERS: Final = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i",  # noqa: RUF001 - letters as they are typed
    "ŋ": "n", "ĸ": "k", "ŧ": "t", "ſ": "s", "ς": "σ",  # noqa: RUF001 - letters as they are typed
}  # fmt: skip
"""Letters that case-folding and decomposition leave, to what people type for them."""
