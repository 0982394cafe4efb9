"""The report as a browser draws it: nothing is cut off on a phone, nothing is asked of the network."""

import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from flows.release.stage import stage
from tests.support.contents import contents, layout

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
PROBE = """<!DOCTYPE html><html><body style="margin:0">
<iframe src="page.html" style="border:0;width:{width}px;height:900px"></iframe><pre id="found"></pre><script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const page = frame.contentDocument, root = page.documentElement, wide = [];
  for (const each of page.querySelectorAll("body *")) {{
    if (each.closest(".scroll") || each.closest(".unseen") || each.matches(".skip")) continue;
    const box = each.getBoundingClientRect();
    if (box.right > {width} + 0.5) wide.push(each.tagName + "." + (each.getAttribute("class") || ""));
  }}
  const asked = frame.contentWindow.performance.getEntriesByType("resource").length;
  document.querySelector("#found").textContent =
    `scroll=${{root.scrollWidth}} wide=${{[...new Set(wide)].join(",")}} asked=${{asked}} ` +
    `tables=${{page.querySelectorAll("table").length}}`;
}};
</script></body></html>
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    return stage(layout(tmp_path_factory.mktemp("release")), contents()).folder / "report.html"


def chromium(profile: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", *arguments],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_but_a_wide_table_reaches_beyond_the_screen(report, tmp_path, width) -> None:
    (tmp_path / "page.html").write_bytes(report.read_bytes())
    (tmp_path / "probe.html").write_text(PROBE.format(width=width))
    drawn = chromium(
        tmp_path / "profile", "--allow-file-access-from-files", "--virtual-time-budget=5000",
        "--window-size=1400,1000", "--dump-dom", (tmp_path / "probe.html").as_uri(),
    )  # fmt: skip
    found = re.search(r'<pre id="found">scroll=(\d+) wide=(\S*) asked=(\d+) tables=(\d+)</pre>', drawn)
    assert found, "the probe did not run"
    assert (int(found[1]), found[2], int(found[3])) == (width, "", 0)
    assert int(found[4]) > 5


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
