"""What stands around every request, and what the API keeps: versions, repeated requests, limits, headers, progress."""

import json
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient


def test_two_organizers_do_not_overwrite_each_other(client, event):
    read = client.get(event.path, headers=event.headers)
    assert read.headers["etag"] == '"1"'
    change = {"name": "Harbour Days"}
    assert client.patch(event.path, json=change, headers=event.headers).status_code == 428
    first = client.patch(event.path, json=change, headers={**event.headers, "If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    late = client.patch(event.path, json={"name": "Mine"}, headers={**event.headers, "If-Match": '"1"'})
    assert (late.status_code, late.json()["title"]) == (412, "Changed by somebody else")
    assert client.get(event.path, headers=event.headers).json()["name"] == "Harbour Days"


def test_a_repeated_post_gets_the_first_answer(client, event):
    headers = {**event.headers, "Idempotency-Key": "once"}
    person = {"name": "Ada Lovelace", "seeking": "Somebody who builds engines"}
    first = client.post(f"{event.path}/attendees", json=person, headers=headers)
    again = client.post(f"{event.path}/attendees", json=person, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert client.get(f"{event.path}/attendees?search=Lovelace", headers=event.headers).json()["items"].__len__() == 1
    other = client.post(f"{event.path}/attendees", json={**person, "name": "Charles"}, headers=headers)
    assert other.status_code == 422


def test_pages_and_api_carry_the_headers_that_keep_browsers_safe(client):
    for path in ("/desk/login", "/health"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_large_bodies_and_too_many_requests_are_refused(machine, database, event):
    from matcher.service.pages import create_site

    with TestClient(create_site(replace(machine, max_body=1000, rate=5), work=False)) as small:
        large = small.post(f"{event.path}/attendees", content=b"x" * 2000, headers=event.headers)
        assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
        statuses = [small.get(event.path, headers=event.headers).status_code for _ in range(8)]
        assert statuses[-1] == 429
        assert 200 in statuses
        assert small.get("/health").status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413_whether_or_not_its_size_was_told(machine, database, event, chunked):
    from matcher.service.pages import create_site

    def sent(size):
        return iter([b"x" * 500] * (size // 500)) if chunked else b"x" * size

    with TestClient(create_site(replace(machine, max_body=1000), work=False), follow_redirects=False) as small:
        post = {
            "json": (f"{event.path}/attendees", {"Content-Type": "application/json"}),
            "once": (f"{event.path}/attendees", {"Content-Type": "application/json", "Idempotency-Key": "once"}),
            "file": (f"{event.path}/imports", {"Content-Type": "multipart/form-data; boundary=b"}),
            "form": ("/desk/login", {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}),
        }
        for kind, (path, headers) in post.items():
            large = small.post(path, content=sent(2000), headers={**event.headers, **headers})
            media = "text/html; charset=utf-8" if kind == "form" else "application/problem+json"
            assert (kind, large.status_code, large.headers["content-type"]) == (kind, 413, media)
            assert "at most 1000 bytes at once" in large.text.lower()
            assert small.post(path, content=sent(1000), headers={**event.headers, **headers}).status_code != 413


def test_a_browser_that_asks_too_often_sees_a_page(machine, database, event):
    from matcher.service.pages import create_site

    with TestClient(create_site(replace(machine, rate=3), work=False), headers={"Accept": "text/html"}) as small:
        for _ in range(4):
            answer = small.get("/desk/login")
        assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert (answer.headers["retry-after"], "default-src 'none'" in answer.headers["content-security-policy"]) == ("30", True)
        assert "wait half a minute" in answer.text
        assert 'href="/desk/login">Try again' in answer.text
        assert small.get("/static/site.css").status_code == 200
        told = [small.get(event.path, headers=event.headers) for _ in range(4)][-1]
        assert (told.status_code, told.headers["content-type"]) == (429, "application/problem+json")


def test_progress_is_told_until_the_work_is_over(client, event, work):
    job = client.post(f"{event.path}/runs", headers=event.headers).json()["id"]
    assert work() == [0]
    with client.stream("GET", f"{event.path}/jobs/{job}/progress", headers=event.headers) as stream:
        told = [line for line in stream.iter_lines() if line]
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert told[0] == "event: over" or told[1] == "event: over"
    data = json.loads(next(line for line in told if line.startswith("data:")).removeprefix("data:"))
    assert (data["id"], data["state"]) == (job, "done")


def test_contact_details_need_both_and_a_decline_is_final_and_private(client, published, attendee):
    me, other = attendee(published, 0), attendee(published, 1)
    first, second = published.refs[:2]
    email = published.emails[1]

    def lines(headers):
        found = client.get("/api/v1/me/suggestions", headers=headers)
        return {item["person"]["ref"]: item for item in found.json()["items"]}

    assert second in lines(me)
    assert email not in client.get("/api/v1/me/suggestions", headers=me).text
    answer = client.put(f"/api/v1/me/responses/{second}", json={"answer": "interested"}, headers=me).json()
    assert answer["mutual"] is False
    assert lines(me)[second]["email"] == ""
    assert client.put(f"/api/v1/me/responses/{first}", json={"answer": "interested"}, headers=other).json()["mutual"] is True
    assert lines(me)[second]["email"] == email
    client.put(f"/api/v1/me/responses/{first}", json={"answer": "no_thanks"}, headers=other)
    assert second not in lines(me)
    assert first not in lines(other)
    mine = client.get("/api/v1/me/responses", headers=me).text
    assert "no_thanks" not in mine


def test_a_sync_marks_the_missing_keeps_edits_and_forgets_no_erasure(client, event, work):
    from small_event import as_csv, rows

    def sync(people):
        client.post(
            f"{event.path}/imports", files={"file": ("a.csv", as_csv(people))}, data={"mode": "sync"}, headers=event.headers
        )
        assert work() == [0]
        return client.get(f"{event.path}/jobs", headers=event.headers).json()["items"][0]["result"]

    person = f"{event.path}/attendees/{event.refs[0]}"
    client.patch(person, json={"title": "Chief of Ice"}, headers={**event.headers, "If-Match": '"1"'})
    assert client.delete(f"{event.path}/attendees/{event.refs[1]}", headers=event.headers).status_code == 204
    told = sync(rows(11))
    assert (told["added"], told["missing"], told["erased"]) == (0, 1, 1)
    assert client.get(person, headers=event.headers).json()["profile"]["title"] == "Chief of Ice"
    assert client.get(f"{event.path}/attendees/{event.refs[1]}", headers=event.headers).status_code == 404
    again = sync(rows(11))
    assert (again["added"], again["updated"], again["missing"]) == (0, 0, 0)
