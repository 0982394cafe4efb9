"""The auditor's desk in a Chromium without a network: axe, keyboard, phone, large text, print, and tampering."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from flows.desk.evidence import read_evidence
from flows.desk.site import desk_of
from tests.support.browser import CHROMIUM
from tests.support.desk import alter_a_file, auditors_copy, drop_the_last, flip_a_byte, rewrite_and_sign

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
EACH = (
    "index.html", "runs.html", "run-1.html", "releases.html", "release-1.html", "decisions.html", "keys.html",
    "linkage.html", "others.html", "entries.html", "check.html",
)  # fmt: skip


def written(project: Path, folder: Path) -> Path:
    folder.mkdir()
    for name, data in desk_of(read_evidence(project / "project.toml")).pages.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def desk(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk of the finished project."""
    return written(finished, tmp_path_factory.mktemp("desk") / "site")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def opened(browser) -> Iterator[Callable]:
    """Opens a page, scripts of the test allowed past its policy."""
    contexts = []

    def open_page(path: Path, width: int = 1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield open_page
    for each in contexts:
        each.close()


def violations(page) -> list[tuple[str, str]]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 20
    return [(each["id"], node["html"][:200]) for each in found["violations"] for node in each["nodes"]]


def beyond(page) -> list[str]:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(each => !each.closest('.scroll, .unseen')
            && each.getBoundingClientRect().right > window.innerWidth + 0.5)
            .map(each => each.outerHTML.slice(0, 120))"""
    )


def test_the_desk_has_these_pages(desk: Path) -> None:
    assert {path.name for path in desk.iterdir()} == set(EACH)


@pytest.mark.parametrize("name", EACH)
def test_nothing_is_cut_off(name: str, desk: Path, opened: Callable) -> None:
    page = opened(desk / name, 320)
    assert beyond(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert beyond(page) == []


@pytest.mark.parametrize(
    ("name", "width"),
    [("index.html", 320), ("index.html", 1280), ("release-1.html", 320), ("releases.html", 1280),
     ("keys.html", 320), ("decisions.html", 320), ("entries.html", 1280), ("check.html", 320)],
)  # fmt: skip
def test_axe_finds_nothing(name: str, width: int, desk: Path, opened: Callable) -> None:
    """Pages of one template: each kind of part, and both layouts."""
    assert violations(opened(desk / name, width)) == []


def test_axe_would_find_something(desk: Path, opened: Callable) -> None:
    page = opened(desk / "linkage.html")
    page.evaluate("document.querySelectorAll('svg[role=img] title, svg[role=img] desc').forEach(e => e.remove())")
    page.evaluate("document.querySelector('svg[role=img]').removeAttribute('aria-labelledby')")
    page.evaluate("document.querySelector('h1').style.color = '#cccccc'")
    assert {rule for rule, _ in violations(page)} >= {"svg-img-alt", "color-contrast"}


@pytest.mark.parametrize("name", ["index.html", "release-1.html", "check.html"])
def test_text_of_twice_the_size_stays_on_the_page(name: str, desk: Path, opened: Callable) -> None:
    page = opened(desk / name, 640)
    before = page.evaluate("(document.querySelector('figure.graph svg[role=img]') || document.body).clientHeight")
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert beyond(page) == []
    assert violations(page) == []
    # The figure grows with the text in it.
    after = page.evaluate("(document.querySelector('figure.graph svg[role=img]') || document.body).clientHeight")
    assert after > 1.8 * before or name != "release-1.html"


@pytest.mark.parametrize("name", ["release-1.html", "linkage.html", "keys.html"])
def test_words_of_a_figure_do_not_lie_on_each_other(name: str, desk: Path, opened: Callable) -> None:
    overlapping = """() => {
      const found = [];
      for (const svg of document.querySelectorAll('figure svg[role=img]')) {
        const texts = [...svg.querySelectorAll('text')]
          .map(each => [each.textContent, each.getBoundingClientRect()]);
        texts.forEach(([one, a], nth) => texts.slice(nth + 1).forEach(([other, b]) => {
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (wide > 2 && high > 4) found.push([one, other]);
        }));
      }
      return found;
    }"""
    page = opened(desk / name)
    assert page.locator("svg[role=img]").count() == 1
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(overlapping) == [], width


def test_words_of_the_way_stay_in_their_boxes(desk: Path, opened: Callable) -> None:
    page = opened(desk / "release-1.html")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.graph .scroll rect.step')].filter(box => {
          const around = box.getBoundingClientRect();
          return [box.nextElementSibling, box.nextElementSibling.nextElementSibling]
            .some(text => text.getBoundingClientRect().right > around.right - 1);
        }).map(box => box.nextElementSibling.textContent)"""
    )
    assert outside == []


def test_the_keyboard_skips_to_the_result_and_walks_from_page_to_page(desk: Path, opened: Callable) -> None:
    page = opened(desk / "index.html", 375)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs.html")
    page.locator("main table a").first.click()
    page.wait_for_url("**/run-1.html")
    entry = page.locator("main table a[href*='#entry-']").nth(2)
    address = str(entry.get_attribute("href"))
    entry.click()
    page.wait_for_url(f"**/{address}")
    assert page.locator(f"#{address.partition('#')[2]}").is_visible()


def test_every_figure_has_words_and_a_table(desk: Path, opened: Callable) -> None:
    for name in ("release-1.html", "linkage.html", "keys.html"):
        page = opened(desk / name)
        title, text = page.locator("svg[role=img]").get_attribute("aria-labelledby").split()
        assert len(page.locator(f"#{title}").text_content()) > 5
        assert len(page.locator(f"#{text}").text_content()) > 40
        assert page.locator("figure + .scroll table caption").count() == 1


def test_print_leaves_out_navigation_and_cuts_nothing(desk: Path, opened: Callable, tmp_path: Path) -> None:
    for name in ("index.html", "release-1.html", "entries.html"):
        page = opened(desk / name)
        page.emulate_media(media="print")
        assert not page.locator("nav").first.is_visible()
        # A4 less its margins, in pixels of paper.
        page.set_viewport_size({"width": 718, "height": 1000})
        cut = page.evaluate(
            """[...document.querySelectorAll('table, figure svg, .stamp, pre')]
                .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5)
                .map(each => each.outerHTML.slice(0, 90))"""
        )
        assert cut == [], name
    page.pdf(path=str(tmp_path / "desk.pdf"), format="A4")
    assert (tmp_path / "desk.pdf").stat().st_size > 20_000


def test_no_page_runs_a_script_or_asks_for_anything(browser, desk: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    for name in EACH:
        page.goto((desk / name).as_uri())
    assert asked == [(desk / name).as_uri() for name in EACH]
    page.evaluate("() => { const each = document.createElement('script'); each.textContent = 'window.ran = 1';"
                  "document.body.append(each); }")  # fmt: skip
    assert page.evaluate("window.ran") is None
    context.close()


TAMPERINGS: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "flipped": (lambda copy, _: flip_a_byte(copy), "First bad entry: number "),
    "dropped": (lambda copy, _: drop_the_last(copy), "which is missing"),
    "rewritten": (lambda copy, root: rewrite_and_sign(copy, root, kept=["prison"]), "contradicted by: prison"),
    "file": (lambda copy, _: alter_a_file(copy), "has been altered: journeys.csv"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_copy_fails_where_nobody_can_miss_it(
    name: str, finished: Path, tmp_path: Path, opened: Callable
) -> None:
    tamper, said = TAMPERINGS[name]
    copy = auditors_copy(finished, tmp_path / "copy")
    tamper(copy, finished)
    site = written(copy, tmp_path / "site")
    page = opened(site / "index.html", 375)
    word = page.get_by_text("DOES NOT VERIFY")
    assert word.bounding_box()["y"] < 900, "without scrolling, on a phone"
    assert word.evaluate("each => parseFloat(getComputedStyle(each).fontSize)") > 30
    assert word.evaluate("each => getComputedStyle(each).color") == "rgb(148, 37, 20)"
    assert said in page.locator(".stamp").inner_text()
    assert page.locator(".tag.fail", has_text="FAILS").count() >= 1
    assert name != "flipped" or violations(page) == []
    for other in ("runs.html", "entries.html", "check.html"):
        page.goto((site / other).as_uri())
        assert page.locator(".banner.fail").is_visible()
