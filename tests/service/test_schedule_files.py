"""The schedule as files: the command line's, from what the service knows."""

import csv
import io

import pytest
from openpyxl import load_workbook
from scheduling import SLOTS, introduced, listed, schedule, set_up

PATHS = ("schedule.csv", "unscheduled.csv", "schedule.xlsx", "table_signs.html", "sheets.html")


def taken(client, event, name):
    answer = client.get(f"{event.path}/schedule/exports/{name}", headers=event.headers)
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, f'attachment; filename="{name}"')
    return answer


def rows(client, event, name="schedule.csv"):
    return list(csv.DictReader(io.StringIO(taken(client, event, name).content.decode("utf-8-sig"))))


def own(event):
    """Ref -> id of the registration."""
    return dict(zip(event.refs, event.external_ids, strict=True))


def test_the_table_tells_drafts_from_what_is_confirmed(client, planned):
    first, *others = listed(client, planned)
    client.post(f"{planned.path}/meetings/{first['id']}/confirm", headers=planned.headers)
    client.post(f"{planned.path}/meetings/{others[0]['id']}/cancel", headers=planned.headers)
    ids, found = own(planned), rows(client, planned)
    told = {(row["a_id"], row["b_id"]): (row["slot"], row["table"], row["status"]) for row in found}
    wanted = {}
    for each in (first, *others):
        status = {first["id"]: "confirmed", others[0]["id"]: "cancelled"}.get(each["id"], "proposed")
        table = "0" if status == "cancelled" else each["table"]
        wanted[tuple(sorted((ids[each["a"]], ids[each["b"]])))] = (each["slot"], table, status)
    assert told == wanted
    placed = [row for row in found if row["status"] != "cancelled"]
    assert [(row["slot"], int(row["table"])) for row in placed] == sorted((row["slot"], int(row["table"])) for row in placed)
    one = placed[0]
    assert one["start"].startswith(one["slot"])  # by the clock of the place
    assert one["a_name"] == planned.names[planned.external_ids.index(one["a_id"])]


def test_what_is_printed_holds_no_drafts(client, planned):
    first = listed(client, planned)[0]
    assert "Table " not in taken(client, planned, "table_signs.html").text.split("<body", 1)[1]
    client.post(f"{planned.path}/meetings/{first['id']}/confirm", headers=planned.headers)
    signs = taken(client, planned, "table_signs.html").text
    names = [planned.names[planned.refs.index(ref)] for ref in (first["a"], first["b"])]
    assert [name in signs for name in planned.names] == [name in names for name in planned.names]
    sheets = taken(client, planned, "sheets.html").text
    assert all(name in sheets for name in names)


def test_the_workbook_opens(client, planned):
    book = load_workbook(io.BytesIO(taken(client, planned, "schedule.xlsx").content))
    assert book.sheetnames == ["By person", "By table", "By slot", "Unscheduled"]
    assert book["By slot"].max_row == 1 + len(listed(client, planned))


def test_what_found_no_place_is_told_with_names_and_what_would_help(client, database, published, work):
    set_up(database, published, slots=SLOTS[:1], tables=1)
    schedule(client, published, work)
    found = rows(client, published, "unscheduled.csv")
    assert len(found) == len(introduced(client, published)) - 1
    assert {row["a_id"] for row in found} <= set(published.external_ids)
    assert any("no table is free" in row["why"] and row["fix"].startswith("one more table") for row in found)
    assert all(any(name in row["why"] for name in published.names) or "table" in row["why"] for row in found)


@pytest.mark.parametrize("name", PATHS)
def test_who_was_erased_is_in_no_file(client, planned, name):
    ref = listed(client, planned)[0]["a"]
    client.post(f"{planned.path}/schedule/confirm", headers=planned.headers)
    gone = planned.refs.index(ref)
    assert client.delete(f"{planned.path}/attendees/{ref}", headers=planned.headers).status_code == 204
    content = taken(client, planned, name).content
    if name.endswith("xlsx"):
        cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values for cell in row]
        assert planned.names[gone] not in cells
    else:
        assert planned.names[gone] not in content.decode()
        assert planned.external_ids[gone] not in content.decode()


def test_the_desk_offers_the_files(client, planned):
    from at_desk import AtDesk

    desk, page = AtDesk(client, planned.key), f"/desk/events/{planned.id}/schedule"
    html = desk.page(page).text
    assert [f'href="{page}/exports/{name}"' in html for name in PATHS] == [True] * len(PATHS)
    assert desk.page(f"{page}/exports/schedule.csv").content == taken(client, planned, "schedule.csv").content
    assert client.get(f"{page}/exports/run.json").status_code == 404


def test_an_event_without_a_schedule_has_empty_files(client, event):
    assert rows(client, event) == []
    assert rows(client, event, "unscheduled.csv") == []
