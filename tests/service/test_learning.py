"""Learning from answers: judged before it is used, activated and rolled back by the organizer."""

from dataclasses import replace

import pytest
from matcher.service.options import settings_of
from matcher.service.store import LearnedModel, Response, Shown
from matcher.service.usecases import learning
from matcher.service.usecases.events import event_of
from matcher.service.vectors import shared_reranker


def nothing(stage, done=0, total=0):
    """Nobody follows the progress."""


@pytest.fixture
def answered(database, published):
    """Everybody was shown everybody; three answered."""
    with database.writing() as session:
        for ref in published.refs:
            others = [other for other in published.refs if other != ref]
            session.add_all(Shown(event_id=published.id, ref=ref, other=o, rank=k) for k, o in enumerate(others, 1))
        for ref in published.refs[:3]:
            session.add(Response(event_id=published.id, ref=ref, other=published.refs[5], answer="interested"))
            session.add(Response(event_id=published.id, ref=ref, other=published.refs[6], answer="already_know"))
    return published


def kept(database, event, reranker, number):
    with database.writing() as session:
        archive = learning._packed(reranker, {"better": True})
        session.add(LearnedModel(event_id=event.id, number=number, report={"better": True}, archive=archive))
    with database.reading() as session:
        return learning.models_of(session, event.id)[0].id


def in_use(database, event):
    with database.reading() as session:
        return learning.active_reranker(session, event.id, settings_of(event_of(session, event.id)))


def test_without_anything_shown_there_is_nothing_to_learn(client, published, work):
    answer = client.post(f"{published.path}/models/train", headers=published.headers)
    assert answer.status_code == 202
    assert work() == [1]
    job = client.get(f"{published.path}/jobs/{answer.json()['id']}", headers=published.headers).json()
    assert job["error"].startswith("nobody was shown anybody yet")


def test_a_few_answers_change_no_model_and_are_told(client, answered, work):
    answer = client.post(f"{answered.path}/models/train", headers=answered.headers)
    assert work() == [0]
    job = client.get(f"{answered.path}/jobs/{answer.json()['id']}", headers=answered.headers).json()
    assert job["result"]["better"] is False
    assert job["result"]["reason"].startswith("too few to tell")
    assert job["result"]["facts"]["answers"] == 3
    assert client.get(f"{answered.path}/models", headers=answered.headers).json()["items"] == []


def test_who_is_known_already_tells_nothing(database, answered, monkeypatch):
    seen = []
    learn = learning.learn
    monkeypatch.setattr(learning, "learn", lambda prior, shown: seen.append(shown) or learn(prior, shown))
    learning.train_event(database, answered.id, nothing)
    assert len(seen[0]) == 12 * 11 - 3
    assert seen[0].answered.sum() == 3


def test_a_model_is_put_in_use_and_taken_back(client, database, published):
    shipped = shared_reranker("")
    halved = replace(shipped, members=shipped.members[:1])
    first, second = kept(database, published, shipped, 1), kept(database, published, halved, 2)
    before = client.get(f"{published.path}", headers=published.headers).json()
    assert in_use(database, published) is shipped
    used = client.post(f"{published.path}/models/{second}/activate", headers=published.headers)
    assert used.json() == {"model_id": second}
    assert len(in_use(database, published).members) == 1
    assert client.post(f"{published.path}/models/rollback", headers=published.headers).json() == {"model_id": first}
    assert len(in_use(database, published).members) == len(shipped.members)
    assert client.post(f"{published.path}/models/rollback", headers=published.headers).json() == {"model_id": ""}
    assert in_use(database, published) is shipped
    assert client.post(f"{published.path}/models/rollback", headers=published.headers).status_code == 409
    assert client.get(f"{published.path}", headers=published.headers).json()["version"] == before["version"]


def test_lists_follow_the_model_in_use(client, database, published, attendee):
    shipped = shared_reranker("")
    headers = attendee(published, 0)
    before = client.get("/api/v1/me/suggestions", headers=headers).json()["items"]
    away = replace(shipped, calibrator=_always(shipped.calibrator, -8.0))
    client.post(f"{published.path}/models/{kept(database, published, away, 1)}/activate", headers=published.headers)
    client.get("/api/v1/me/suggestions", headers=headers)
    client.app.state.service.live._load(published.id).wait(60)
    after = client.get("/api/v1/me/suggestions", headers=headers).json()["items"]
    found = {item["person"]["ref"]: item["strength"] for item in after if item["source"] == "suggestion"}
    assert [item["source"] for item in before] == [item["source"] for item in after]
    assert set(found.values()) == {"weak"}


def _always(calibrator, level):
    return replace(calibrator, intercept_=calibrator.intercept_ + level)
