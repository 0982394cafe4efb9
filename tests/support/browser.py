"""A page as headless Chromium draws it."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

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


class Drawn(NamedTuple):
    """What a page is like on a screen.

    Attributes:
        scroll: how wide it is, in pixels.
        wide: elements that reach beyond the screen, but for those that scroll by themselves.
        asked: how many things it asked for.
        tables: how many it holds.
    """

    scroll: int
    wide: str
    asked: int
    tables: int


def chromium(profile: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", *arguments],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def drawn(page: Path, folder: Path, width: int) -> Drawn:
    """The page on a screen of this width."""
    (folder / "page.html").write_bytes(page.read_bytes())
    (folder / "probe.html").write_text(PROBE.format(width=width))
    said = chromium(
        folder / "profile", "--allow-file-access-from-files", "--virtual-time-budget=5000",
        "--window-size=1400,1000", "--dump-dom", (folder / "probe.html").as_uri(),
    )  # fmt: skip
    found = re.search(r'<pre id="found">scroll=(\d+) wide=(\S*) asked=(\d+) tables=(\d+)</pre>', said)
    assert found, "the probe did not run"
    return Drawn(int(found[1]), found[2], int(found[3]), int(found[4]))
