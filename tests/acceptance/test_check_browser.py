"""The checker's page as a browser draws it: nothing is cut off on a phone, nothing is asked of the network."""

from pathlib import Path

import pytest

from flows.check.page import render_check
from flows.report.labels import labels
from tests.support.browser import CHROMIUM, chromium, drawn
from tests.support.check import checked, failed
from tests.support.contents import project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture(scope="module", params=["review", "fail"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    check = checked() if request.param == "review" else failed()[3]
    path = tmp_path_factory.mktemp("check") / "check.html"
    # As if a reader had opened every table.
    path.write_text(render_check(check, labels(project())).replace("<details>", "<details open>"), "utf-8")
    return path


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_but_a_wide_table_reaches_beyond_the_screen(page: Path, tmp_path: Path, width: int) -> None:
    found = drawn(page, tmp_path, width)
    assert found[:3] == (width, "", 0)
    assert found.tables > 5


def test_the_page_can_be_printed(page: Path, tmp_path: Path) -> None:
    paper = tmp_path / "check.pdf"
    chromium(tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    assert paper.read_bytes().startswith(b"%PDF")
