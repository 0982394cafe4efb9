"""The report as a browser draws it: nothing is cut off on a phone, nothing is asked of the network."""

import struct
from pathlib import Path

import pytest

from flows.release.stage import stage
from tests.support.browser import CHROMIUM, chromium, drawn
from tests.support.contents import contents, layout

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    return stage(layout(tmp_path_factory.mktemp("release")), contents()).folder / "report.html"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_but_a_wide_table_reaches_beyond_the_screen(report, tmp_path, width) -> None:
    found = drawn(report, tmp_path, width)
    assert found[:3] == (width, "", 0)
    assert found.tables > 5


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
def test_the_page_can_be_drawn(report, tmp_path, width, height) -> None:
    picture = tmp_path / "report.png"
    chromium(
        tmp_path / "profile", f"--window-size={width},{height}", f"--screenshot={picture}", report.as_uri()
    )  # fmt: skip
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (width, height)
    assert len(data) > 10_000


def test_the_page_can_be_printed(report, tmp_path) -> None:
    paper = tmp_path / "report.pdf"
    chromium(tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}", report.as_uri())
    assert paper.read_bytes().startswith(b"%PDF")
