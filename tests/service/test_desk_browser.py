"""The desk in a real browser: a file comes in, a run is followed, looked at and published, with JavaScript and without."""

import shutil
import threading
import time

import pytest
import uvicorn
from matcher.service.store import Introduced, RunRecord
from small_event import as_csv, rows

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SIZES = {"desk": {"width": 1200, "height": 900}, "phone": {"width": 360, "height": 740}}


@pytest.fixture
def kind():
    """SQLite only: what is looked at here are the pages."""
    return "sqlite"


@pytest.fixture
def address(machine, database):
    """Where the whole service answers; nobody works through its queue but the test."""
    from matcher.service.pages import create_site

    server = uvicorn.Server(uvicorn.Config(create_site(machine, work=False), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no Chromium found; install the package chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


class Watched:
    """A page of a fresh browser; what it complains of, and what it fetches elsewhere, is kept."""

    def __init__(self, chromium, address, **options):
        self.address, self.said = address, []
        self.page = chromium.new_context(base_url=address, **options).new_page()
        self.page.on("console", lambda message: message.type == "error" and self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: request.url.startswith(address) or self.said.append(request.url))

    def log_in(self, owner):
        self.page.goto("/desk")
        self.page.get_by_label("Your key").fill(owner["Authorization"].removeprefix("Bearer "))
        self.page.get_by_role("button", name="Open the desk").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_file_to_published_introductions(chromium, address, owner, work, database, tmp_path, scripts):
    file = tmp_path / "guests.csv"
    file.write_bytes(as_csv(rows(30)))
    watched = Watched(chromium, address, viewport=SIZES["desk"], java_script_enabled=scripts)
    page = watched.page
    watched.log_in(owner)
    page.get_by_label("Name").fill("Harbour Days")
    page.get_by_role("button", name="Make the event").click()
    page.get_by_label("At most, for each person").fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_role("status").inner_text() == "Saved."

    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    assert page.get_by_label("looking", exact=True).count() == 0
    assert page.get_by_label("seeking", exact=True).input_value() == "seeking"
    page.get_by_role("button", name="Import 30 people").click()
    assert work() == [0]
    _over(page, scripts)
    assert "30\nnew" in page.locator(".cards").inner_text()

    page.get_by_role("link", name="Make introductions").click()
    page.get_by_role("button", name="Make introductions").click()
    assert page.get_by_role("button", name="Cancel").is_visible()
    assert work() == [0]
    _over(page, scripts)
    page.get_by_role("link", name="Look at the run").click()
    assert page.locator("svg.map circle").count() == 30
    with database.reading() as session:
        made = session.query(Introduced).order_by(Introduced.mutual_score.desc(), Introduced.a, Introduced.b).all()
    first = page.locator("article.pair").first
    first.get_by_role("button", name="Take out").click()
    assert page.get_by_text(f"{len(made) - 1} introductions.").is_visible()
    page.locator("article.pair").first.get_by_role("button", name="Lock").click()
    assert page.locator("article.pair").first.get_by_text("locked", exact=True).is_visible()

    page.get_by_role("link", name="Publish …").click()
    page.get_by_role("button", name="Publish run 1").click()
    assert "Attendees see their introductions now." in page.get_by_role("status").inner_text()
    with database.reading() as session:
        assert session.query(RunRecord).one().state == "published"
    page.get_by_role("button", name="Log out").click()
    page.goto("/desk")
    assert page.url.endswith("/desk/login")
    assert watched.said == []


def _over(page, scripts):
    """Without scripts the browser reloads by itself, after three seconds; the test need not wait for it."""
    if not scripts:
        page.reload()
    page.locator("progress").wait_for(state="detached", timeout=15_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_is_quiet(chromium, address, published, owner, size, scheme):
    watched = Watched(chromium, address, viewport=SIZES[size], color_scheme=scheme)
    page = watched.page
    watched.log_in(owner)
    base = f"/desk/events/{published.id}"
    person, run = f"{base}/people/{published.refs[0]}", f"{base}/runs/{'a' * 20}"
    paths = [
        base,
        *(f"{base}/{name}" for name in ("people", "import", "runs", "pairs", "responses", "outcome", "settings", "keys")),
    ]
    paths += [f"{base}/audit-log", f"{base}/delete", f"{base}/people/new", person, f"{person}/edit", f"{person}/erase", run]
    paths += [
        "/desk",
        "/desk/keys",
        "/desk/audit-log",
        f"{run}/publish",
        f"{base}/pairs?a={published.refs[0]}&b={published.refs[1]}",
    ]
    for path in paths:
        assert page.goto(path).status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], path
        unnamed = (
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(e => !e.labels.length).length"
        )
        assert page.evaluate(unnamed) == 0, path
        cut = (
            "[...document.querySelectorAll('.bar a, .bar button')].filter(e => e.getBoundingClientRect().right > innerWidth).length"
        )
        assert page.evaluate(cut) == 0, path
        assert page.locator("h1").count() == 1, path
        assert len(set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))) == page.locator("[id]").count(), (
            path
        )
    assert watched.said == []


def test_a_table_that_goes_on_beyond_the_edge_shows_it_until_its_end(chromium, address, published, owner):
    watched = Watched(chromium, address, viewport=SIZES["phone"])
    watched.log_in(owner)
    watched.page.goto(f"/desk/events/{published.id}/people")
    table = watched.page.locator(".scroll").first
    assert table.evaluate("e => e.scrollWidth > e.clientWidth")
    box = table.bounding_box()
    edge = {"x": box["x"] + box["width"] - 6, "y": box["y"] + 2, "width": 6, "height": 6}
    at_start = watched.page.screenshot(clip=edge)
    table.evaluate("e => e.scrollLeft = e.scrollWidth")
    assert watched.page.screenshot(clip=edge) != at_start


def test_a_link_is_copied_and_progress_moves_by_itself(chromium, address, published, owner, database):
    from matcher.service.jobs.queue import Progress, claim, finish

    watched = Watched(chromium, address, permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    watched.log_in(owner)
    page.goto(f"/desk/events/{published.id}/people/{published.refs[0]}")
    page.get_by_role("button", name="Show the link").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#address").input_value()

    page.goto(f"/desk/events/{published.id}/runs")
    page.get_by_role("button", name="Make introductions").click()
    job = claim(database)
    Progress(database, job)("texts and vectors", 3, 12)
    page.get_by_text("3 of 12").wait_for()
    assert page.locator("[data-stage]").inner_text() == "texts and vectors"
    assert page.locator("progress").evaluate("bar => bar.value / bar.max") == 0.25
    finish(database, job, {"run_id": "a" * 20, "introductions": 7, "left": 0})
    page.get_by_text("7 introductions").wait_for()
    assert watched.said == []
