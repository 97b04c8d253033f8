"""A published event with a schedule, and what is asked of it."""

from datetime import UTC, datetime, timedelta

DAY = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
SLOTS = [f"{DAY}T{hour:02}:{minute:02}" for hour in (10, 11) for minute in (0, 20, 40)]


def set_up(database, event, **values):
    from matcher.service.store import Event

    with database.writing() as session:
        stored = session.get(Event, event.id)
        stored.settings = {"schedule": {"slots": SLOTS, "tables": 3, "time_limit": 5} | values}


def schedule(client, event, work):
    """Makes the schedule, and gives the job's result."""
    job = client.post(f"{event.path}/schedule", headers=event.headers)
    assert job.status_code == 202, job.text
    assert work() == [0]
    return client.get(f"{event.path}/jobs/{job.json()['id']}", headers=event.headers).json()["result"]


def listed(client, event, **query):
    return client.get(f"{event.path}/meetings", params={"limit": 200, **query}, headers=event.headers).json()["items"]


def places(meetings):
    return {(meeting["a"], meeting["b"]): (meeting["slot"], meeting["table"]) for meeting in meetings}


def introduced(client, event):
    found = client.get(f"{event.path}/runs/{'a' * 20}/introductions?limit=200", headers=event.headers).json()["items"]
    return {(each["a_id"], each["b_id"]) for each in found}
