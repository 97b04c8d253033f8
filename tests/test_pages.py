"""The pages in a real browser, offline: nothing is fetched, nothing fails, and what they promise works."""

import shutil

import pytest

from matcher.export import write_outputs

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def folder(climate, tmp_path_factory):
    out = tmp_path_factory.mktemp("pages")
    write_outputs(climate[1], out)
    return out


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no Chromium found; install the package chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def opened(browser, file, **options):
    page = browser.new_page(**options)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or said.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_load_state("load")
    return page, said


def test_the_report_opens_offline_filters_and_its_map_answers(browser, folder, climate):
    _, run = climate
    page, said = opened(browser, folder / "report.html", viewport={"width": 1200, "height": 900})
    assert page.locator("#pairs tbody tr").count() == len(run.introductions)
    page.fill("#filter", "Marit Solbakken")
    shown = page.locator("#pairs tbody tr:visible").count()
    assert shown == len(run.lists()["c001"])
    assert page.inner_text("#hits") == f"{shown} of {len(run.introductions)}"
    points = page.evaluate("document.getElementById('map').data.slice(2).reduce((n, t) => n + t.x.length, 0)")
    assert points == len(run.attendees)
    page.evaluate("document.getElementById('map').emit('plotly_click', {points: [{customdata: 0}]})")
    assert page.inner_text("#picked").startswith("Marit Solbakken-Rye meets: ")
    assert said == []


@pytest.mark.parametrize("width", [360, 1000])
def test_lists_fit_a_phone_and_a_desk(browser, folder, climate, width):
    _, run = climate
    page, said = opened(browser, folder / "lists.html", viewport={"width": width, "height": 800}, java_script_enabled=False)
    assert page.locator("section.person").count() == len(run.attendees)
    assert page.locator("body").bounding_box()["width"] <= width
    assert said == []


def test_a_printed_list_is_a_page_an_attendee(browser, folder, climate):
    page, _ = opened(browser, folder / "lists.html")
    pdf = page.pdf(format="A4")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page") >= len(climate[1].attendees)
