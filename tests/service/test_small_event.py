"""The event on which the other tests stand."""

from small_event import PEOPLE


def test_the_organizer_sees_everybody(client, event):
    found = client.get(f"{event.path}/attendees", headers=event.headers).json()
    assert sorted(person["name"] for person in found["items"]) == sorted(event.names)
    assert len(event.refs) == PEOPLE


def test_a_run_over_it_is_made_by_the_queue(client, event, work):
    answer = client.post(f"{event.path}/runs", headers=event.headers)
    assert answer.status_code == 202
    assert work() == [0]
    run = client.get(f"{event.path}/runs", headers=event.headers).json()["items"][0]
    assert (run["id"], run["number"], run["state"]) == (answer.json()["id"], 1, "draft")


def test_the_prepared_run_is_the_one_that_the_queue_makes(client, published, work):
    ours = client.get(f"{published.path}/runs/{'a' * 20}/introductions?limit=200", headers=published.headers).json()["items"]
    made = client.post(f"{published.path}/runs", json={"keep_published": False}, headers=published.headers).json()["id"]
    assert work() == [0]
    assert client.get(f"{published.path}/runs/{made}/introductions?limit=200", headers=published.headers).json()["items"] == ours
    assert ours


def test_a_run_after_it_keeps_what_attendees_were_told(client, published, work):
    made = client.post(f"{published.path}/runs", headers=published.headers).json()["id"]
    assert work() == [0]
    kept = client.get(f"{published.path}/runs/{'a' * 20}/diff/{made}", headers=published.headers).json()
    assert (kept["gained"], kept["lost"], kept["joined"], kept["left"]) == ([], [], [], [])
    again = client.get(f"{published.path}/runs/{made}/introductions", headers=published.headers).json()["items"]
    assert {introduction["status"] for introduction in again} == {"locked"}
