"""No value of a file ever stands in what is said of it."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import PipelineError
from flows.profile.names import USUAL
from flows.profile.show import show_profile

MARK = "qz"
"""Begins each value of letters; no word of ours has it."""
WORDS = st.text(string.ascii_letters + "äßÉ' -", min_size=3, max_size=12).map(
    lambda text: f"{MARK}{text.strip()}{MARK}"
)
DIGITS = st.integers(10**6, 10**12).map(str)
DAYS = st.dates().map(lambda day: f"{day:%d/%m/%Y}")
VALUES = st.one_of(WORDS, DIGITS, DAYS)
NAMES = st.sampled_from(sorted({name for names in USUAL.values() for name in names}))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_no_value_stands_in_a_profile(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 6))
    kinds = [data.draw(st.sampled_from([WORDS, DIGITS, DAYS, VALUES])) for _ in range(width)]
    pool = [[data.draw(kind) for _ in range(data.draw(st.integers(1, 4)))] for kind in kinds]
    rows = data.draw(st.integers(1, 40))
    body = [[pool[at][row % len(pool[at])] for at in range(width)] for row in range(rows)]
    usual = data.draw(st.booleans())
    header = data.draw(st.lists(NAMES, min_size=width, max_size=width, unique=True)) if usual else body.pop(0)
    delimiter = data.draw(st.sampled_from(",;\t|"))
    encoding = data.draw(st.sampled_from(["utf-8", "cp1252", "utf-16"]))
    text = "\n".join(delimiter.join(row) for row in [header, *body]) + "\n"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "extract.csv"
        path.write_bytes(text.encode(encoding))
        try:
            said = show_profile(
                str(path),
                project=Path("none"),
                body="",
                kind=None,
                header_line=1,
                codes=Path(folder) / "codes.toml",
                names=False,
            )
        except PipelineError as error:
            said = str(error)
    for value in {each for column in pool for each in column}:
        assert value not in said
