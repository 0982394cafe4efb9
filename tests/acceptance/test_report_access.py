"""The report for everybody: axe, the keyboard, a phone, large text, print; in a Chromium without a network."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from flows.release.facts import facts
from flows.release.files import release_files
from flows.release.tidy import tidy
from flows.report import render_page
from tests.support.browser import CHROMIUM
from tests.support.told import NOTES, derived, everything

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A release with every section of the report, its other files beside it."""
    made = everything()
    rows = {each.name: tidy(each, least_people=10) for each in made.tables}
    where = tmp_path_factory.mktemp("release")
    for name, data in release_files(made)[1].items():
        (where / name).write_bytes(data)
    page = render_page(facts(made, rows, derived()), rows, made.project, derived(), notes=NOTES)
    (where / "report.html").write_text(page, encoding="utf-8")
    return where


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def page(browser, folder, request) -> Iterator:
    """The report at the width that the test asks for, scripts of the test allowed past its policy."""
    width = getattr(request, "param", 1280)
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    context.set_offline(True)
    opened = context.new_page()
    opened.goto((folder / "report.html").as_uri())
    yield opened
    context.close()


def violations(page) -> list[tuple[str, str]]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 20
    return [(each["id"], node["html"][:200]) for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("page", [320, 375, 1280], indirect=True)
def test_axe_finds_nothing(page) -> None:
    assert violations(page) == []


def test_axe_would_find_something(page) -> None:
    page.evaluate("document.querySelector('svg[role=img]').removeAttribute('aria-labelledby')")
    page.evaluate("document.querySelectorAll('svg[role=img] title').forEach(each => each.remove())")
    page.evaluate("document.querySelector('.note').style.color = '#cccccc'")
    assert {rule for rule, _ in violations(page)} >= {"svg-img-alt", "color-contrast"}


@pytest.mark.parametrize("page", [320, 375, 768, 1280], indirect=True)
def test_the_page_never_scrolls_sideways(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(each => !each.closest('.scroll, .unseen')
            && each.getBoundingClientRect().right > window.innerWidth + 0.5)
            .map(each => each.outerHTML.slice(0, 120))"""
    )
    assert beyond == []


@pytest.mark.parametrize("page", [640], indirect=True)
def test_text_of_twice_the_size_stays_on_the_page(page) -> None:
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []


def test_words_of_a_figure_do_not_lie_on_each_other(page) -> None:
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
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(overlapping) == [], width


def test_the_first_key_skips_to_what_the_page_is_about(page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav') !== null")


@pytest.mark.parametrize("page", [375], indirect=True)
def test_the_keyboard_reaches_every_link_and_every_table_and_shows_where_it_is(page) -> None:
    wanted = page.evaluate("document.querySelectorAll('a[href], .scroll').length")
    seen: list[str] = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const at = document.activeElement, style = getComputedStyle(at);
                  const box = at.getBoundingClientRect();
                  const there = box.width > 0 && box.top < innerHeight && box.bottom > 0;
                  const shown = style.outlineStyle !== 'none' && there;
                  return shown ? at.tagName + (at.getAttribute('href') || at.getAttribute('aria-labelledby')) : '';
                }"""
            )
        )
    assert "" not in seen
    regions = {f"DIV{each}" for each in page.evaluate(
        "[...document.querySelectorAll('.scroll')].map(each => each.getAttribute('aria-labelledby'))"
    )}  # fmt: skip
    assert regions <= set(seen)
    assert len(regions) > 15


@pytest.mark.parametrize("page", [375], indirect=True)
def test_arrow_keys_move_a_wide_table_and_not_the_page(page) -> None:
    wide = page.locator(".scroll").filter(has=page.locator("#caption-list-differences"))
    wide.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#caption-list-differences').closest('.scroll').scrollLeft > 0")
    assert page.evaluate("window.scrollX") == 0


def test_a_screen_reader_is_told_what_each_figure_and_table_is(page) -> None:
    figures = page.locator("svg[role=img]").all()
    assert len(figures) > 10
    for each in figures:
        title, text = (page.locator(f"#{name}") for name in each.get_attribute("aria-labelledby").split())
        assert len(title.text_content()) > 5
        assert len(text.text_content()) > 40
    # After each figure comes a table that has a caption.
    after = page.evaluate(
        """[...document.querySelectorAll('figure')]
            .map(each => each.nextElementSibling?.querySelector('table caption')?.textContent || '')"""
    )
    assert all(after)
    assert page.get_by_role("region").count() >= page.locator("table").count()


def test_print_leaves_out_navigation_and_cuts_no_table(page, tmp_path) -> None:
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator(".scroll").first.evaluate("each => getComputedStyle(each).overflowX") == "visible"
    # A4 less its margins, in pixels of paper.
    page.set_viewport_size({"width": 718, "height": 1000})
    beyond = page.evaluate(
        """[...document.querySelectorAll('table, figure *')]
            .map(each => [each, each.getBoundingClientRect().right])
            .filter(([_, right]) => right > innerWidth + 0.5).map(([each]) => each.outerHTML.slice(0, 90))"""
    )
    assert beyond == []
    fill = page.locator("rect.one").first.evaluate("each => getComputedStyle(each).fill")
    assert fill == "rgb(18, 67, 109)"
    page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000


def test_the_page_runs_no_script_and_asks_for_nothing(browser, folder) -> None:
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda each: asked.append(each.url))
    opened.goto((folder / "report.html").as_uri())
    assert asked == [(folder / "report.html").as_uri()]
    assert opened.locator("script").count() == 0
    # Its own policy refuses a script that somebody put in.
    opened.evaluate("() => { const each = document.createElement('script'); each.textContent = 'window.ran = 1';"
                    "document.body.append(each); }")  # fmt: skip
    assert opened.evaluate("window.ran") is None
    context.close()


def test_every_link_leads_somewhere(page, folder) -> None:
    targets = page.evaluate("[...document.querySelectorAll('a')].map(each => each.getAttribute('href'))")
    for target in set(targets):
        assert page.locator(target).count() == 1 if target.startswith("#") else (folder / target).exists(), target
