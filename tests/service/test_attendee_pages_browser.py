"""The attendee's pages in a real Chromium, on a phone: without scripts, by keyboard, and what is nicer with scripts."""

import contextlib
import itertools
import shutil
import socket
import threading
import time

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PHONE = {"width": 390, "height": 844}
TOUCH = 44
"""CSS pixels that a finger needs (WCAG 2.5.5)."""


@pytest.fixture
def kind():
    """One kind of store is enough for a browser."""
    return "sqlite"


@pytest.fixture
def site(machine, database):
    """The address of the service, served for real."""
    import uvicorn
    from matcher.service.pages import create_site

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_site(machine, work=False), port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no Chromium found; install the package chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"])
        yield started
        started.close()


@contextlib.contextmanager
def phone(chromium, address, **options):
    """A phone that has opened an address, and what its console said."""
    context = chromium.new_context(viewport=PHONE, **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    yield page, said
    context.close()


def small_targets(page):
    """Buttons, fields and links that look like buttons, and are smaller than a finger."""
    return page.evaluate(
        """least => [...document.querySelectorAll('button, .button, .tabs a, summary, select, textarea, input:not([type=hidden])')]
            .filter(one => one.checkVisibility() && one.type !== 'checkbox')
            .filter(one => one.getBoundingClientRect().height < least - 0.5).map(one => one.outerHTML)""",
        TOUCH,
    )


def headings(page):
    """The levels of the headings, in order."""
    return page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(one => +one.tagName[1])")


def nameless(page):
    """Fields and buttons that a screen reader could not name."""
    return page.evaluate(
        """[...document.querySelectorAll('button, select, textarea, input:not([type=hidden])')]
            .filter(one => !(one.labels?.length || one.textContent.trim())).map(one => one.outerHTML)"""
    )


def pale(page):
    """Texts whose contrast with what is behind them is less than 4.5 to 1 (WCAG 1.4.3)."""
    return page.evaluate(
        """() => {
            const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
            const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = one => { for (; one; one = one.parentElement) { const c = rgb(getComputedStyle(one).backgroundColor);
                if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
            return [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() &&
                [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())).filter(one => {
                    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
                    return (a + 0.05) / (b + 0.05) < 4.5; }).map(one => one.outerHTML.slice(0, 120));
        }"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_can_be_used_by_finger_eye_and_ear(chromium, site, published, link, scheme):
    with phone(chromium, f"{site}/me/{link(published, 0)}", color_scheme=scheme) as (page, said):
        person = page.locator("article h3 a").first.get_attribute("href")
        for path in ("/people", person, "/search?q=storage", "/profile", "/profile/privacy", "/profile/erase", "/link"):
            page.goto(site + path)
            for one in page.locator("summary").all():
                one.click()
            levels = headings(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
            assert (levels[0], levels.count(1)) == (1, 1), path
            assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), path
            assert (small_targets(page), nameless(page), pale(page)) == ([], [], []), path
    assert said == []


def test_two_people_find_each_other_without_scripts(chromium, site, published, link, finished):
    first = finished[0].introductions[0]
    a, b = published.refs.index(first.a_id), published.refs.index(first.b_id)
    names, emails = published.names, published.emails
    plain = {"java_script_enabled": False}
    with (
        phone(chromium, f"{site}/me/{link(published, a)}", **plain) as (ours, said),
        phone(chromium, f"{site}/me/{link(published, b)}", **plain) as (theirs, _),
    ):
        card = ours.locator(f"#p-{published.refs[b]}")
        button = card.get_by_role("button", name=f"Interested {names[b]}")
        assert button.get_attribute("aria-pressed") == "false"
        button.focus()
        assert ours.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        ours.keyboard.press("Enter")
        ours.wait_for_url("**/people?**")
        assert ours.get_by_role("status").inner_text().startswith("Noted.")
        theirs.locator(f"#p-{published.refs[a]}").get_by_role("button", name=f"Interested {names[a]}").click()
        both = theirs.get_by_role("region", name="You both said yes")
        assert both.get_by_role("link", name=emails[a]).get_attribute("href").startswith(f"mailto:{emails[a]}?subject=Climate")
        with theirs.expect_download() as card:
            both.get_by_role("link", name="Save contact").click()
        assert card.value.suggested_filename.endswith(".vcf")
        ours.goto(f"{site}/profile")
        assert ours.get_by_role("button", name="Check my text").is_visible()
        ours.fill("#seeking", "networking")
        ours.get_by_role("button", name="Check my text").click()
        assert 'You seek "networking"' in ours.locator("#advice").inner_text()
        assert ours.input_value("#seeking") == "networking"
    assert said == []


def test_advice_comes_while_one_types_and_the_list_follows_what_is_saved(chromium, site, published, link):
    with phone(chromium, f"{site}/me/{link(published, 0)}") as (page, said):
        page.goto(f"{site}/profile")
        assert page.get_by_role("button", name="Check my text").count() == 0
        page.fill("#seeking", "networking")
        page.locator("#advice li", has_text='You seek "networking"').wait_for()
        page.fill("#seeking", "A cold store with a peak problem. Somebody who has led a utility.")
        page.locator("#advice").get_by_text("We read 2 goals").wait_for()
        assert page.locator("#advice-spoken").inner_text() == "Clear enough to find the right people."
        page.get_by_label("“Somebody who has led a utility.”").select_option("strategic")
        page.get_by_role("button", name="Save and see my list").click()
        page.wait_for_url("**/people")
        told = page.get_by_role("status").first.inner_text()
        assert told.startswith(("Your list has changed. New on it:", "Saved. The same people fit you best"))
        page.goto(f"{site}/profile")
        assert page.get_by_label("“Somebody who has led a utility.”").input_value() == "strategic"
    assert said == []


def test_the_first_line_can_be_copied(chromium, site, published, link):
    permitted = {"permissions": ["clipboard-read", "clipboard-write"]}
    with phone(chromium, f"{site}/me/{link(published, 0)}", **permitted) as (page, said):
        card = page.locator("article", has=page.locator("details.opening")).first
        card.locator("summary").click()
        card.get_by_role("button", name="Copy").click()
        card.get_by_text("Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == card.locator("blockquote").inner_text()
    assert said == []
