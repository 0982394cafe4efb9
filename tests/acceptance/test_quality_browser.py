"""The report on quality as a browser draws it: nothing is cut off on a phone, nothing is asked of the network."""

from pathlib import Path

import pytest

from flows.quality.contents import Report
from flows.quality.keep import summary
from flows.quality.page import render_quality
from tests.support.browser import CHROMIUM, chromium, drawn
from tests.support.quality import quality

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = quality()
    earlier = summary(found).model_copy(update={"period": "2025-Q1"})
    path = tmp_path_factory.mktemp("quality") / "quality.html"
    path.write_text(
        render_quality(Report(current=found, periods=(earlier, summary(found)), periods_left_out=1)), "utf-8"
    )
    return path


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_but_a_wide_table_reaches_beyond_the_screen(page: Path, tmp_path: Path, width: int) -> None:
    found = drawn(page, tmp_path, width)
    assert found[:3] == (width, "", 0)
    assert found.tables > 10


def test_the_page_can_be_printed(page: Path, tmp_path: Path) -> None:
    paper = tmp_path / "quality.pdf"
    chromium(tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    assert paper.read_bytes().startswith(b"%PDF")
