"""The event on which the other tests stand."""

from conftest import PEOPLE


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


def test_the_prepared_run_is_the_one_that_the_queue_makes(client, drafted, work):
    ours = client.get(f"{drafted.path}/runs/{'a' * 20}/introductions?limit=200", headers=drafted.headers).json()["items"]
    made = client.post(f"{drafted.path}/runs", headers=drafted.headers).json()["id"]
    assert work() == [0]
    assert client.get(f"{drafted.path}/runs/{made}/introductions?limit=200", headers=drafted.headers).json()["items"] == ours
    assert ours
