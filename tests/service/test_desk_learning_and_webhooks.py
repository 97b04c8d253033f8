"""The desk's pages of learned models and of webhooks, form by form."""

from dataclasses import asdict

import pytest
from at_desk import AtDesk
from matcher.models.evaluation import Interval
from matcher.models.feedback import Judgement
from matcher.service.pages.desk.webhooks import WORDS
from matcher.service.store import Delivery, LearnedModel, Response, Shown
from matcher.service.store.table import now
from matcher.service.usecases import learning, webhooks
from matcher.service.usecases.telling import TOPICS, tell
from matcher.service.vectors import shared_reranker
from sqlalchemy import select


@pytest.fixture
def kind():
    """SQLite only: the pages go through the use cases, which are tested on both."""
    return "sqlite"


@pytest.fixture
def machine(machine):
    """A machine that may tell its own network, so that no test asks for a name."""
    from dataclasses import replace

    return replace(machine, private_webhooks=True)


@pytest.fixture
def desk(client, published):
    """The desk of the event, opened with its own key."""
    return AtDesk(client, published.key)


@pytest.fixture
def hooks(published):
    return f"/desk/events/{published.id}/webhooks"


@pytest.fixture
def hook(database, published):
    """A webhook that wants to know of publications."""
    with database.writing() as session:
        return webhooks.create_webhook(session, published.id, "http://127.0.0.1:9/hook", ["run.published"], private=True)


def message(database, hook, **columns):
    """A message to the webhook that fared so."""
    with database.writing() as session:
        tell(session, hook.event_id, "run.published", {"run_id": "r"})
        last = session.scalars(select(Delivery).where(Delivery.webhook_id == hook.id).order_by(Delivery.created_at.desc())).first()
        for name, value in columns.items():
            setattr(last, name, value)
        return last.id


def test_every_topic_has_words():
    assert tuple(WORDS) == TOPICS


def test_a_webhook_is_added_and_its_secret_is_shown_once(desk, client, hooks, database):
    assert "None yet." in desk.words(hooks)
    assert ">Webhooks</a>" in client.get(hooks).text
    page = desk.send(hooks, url="http://127.0.0.1:9/hook", **{"topic.run.published": "on", "topic.interest.mutual": "on"})
    with database.reading() as session:
        (made,) = webhooks.webhooks(session, hooks.split("/")[3])
    assert made.topics == {"names": ["interest.mutual", "run.published"]}
    assert made.secret in page.text
    shown = desk.words(hooks)
    assert made.secret not in client.get(hooks).text
    assert made.secret not in client.get(f"{hooks}/{made.id}").text
    assert "two people have both said interested introductions are published none yet" in shown


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"url": "http://127.0.0.1:9/hook"}, "nothing is ticked"),
        ({"url": "ftp://example.org", "topic.run.published": "on"}, "no usable address"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(desk, hooks, fields, told):
    page = desk.send(hooks, **fields)
    assert page.status_code == 422
    assert told in page.text
    assert f'value="{fields["url"]}"' in page.text
    assert page.text.count(" checked") == len(fields) - 1


@pytest.mark.parametrize(
    ("fared", "told"),
    [
        ({}, "waiting"),
        ({"attempts": 1, "status": 204, "next_at": None, "delivered_at": now()}, "delivered"),
        ({"attempts": 2, "error": "ConnectError"}, "failed no connection; again at"),
        ({"attempts": 8, "error": "answered 500", "status": 500, "next_at": None}, "given up after 8 attempts: answered 500"),
    ],
)
def test_messages_are_told_with_how_they_fared(desk, database, hooks, hook, fared, told):
    message(database, hook, **fared)
    words = desk.words(f"{hooks}/{hook.id}")
    assert "Introductions are published" in words
    assert told in words
    assert ("Send again" in words) == (told != "waiting")


def test_a_message_is_sent_again_and_a_webhook_deleted(desk, database, hooks, hook):
    given_up = message(database, hook, attempts=8, error="ConnectError", next_at=None)
    page = desk.follow(desk.send(f"{hooks}/{hook.id}/deliveries/{given_up}/replay"))
    assert "On its way again." in page.text
    assert [due.id for due in webhooks.take_due(database)] == [given_up]
    assert desk.send(f"{hooks}/{'0' * 20}/deliveries/{given_up}/replay").status_code == 404
    assert "None yet." in desk.follow(desk.send(f"{hooks}/{hook.id}/delete")).text
    assert desk.client.get(f"{hooks}/{hook.id}").status_code == 404
    assert "sent webhook messages again" in desk.words(hooks.replace("webhooks", "audit-log"))


@pytest.fixture
def page(published):
    return f"/desk/events/{published.id}/learning"


def answered(database, event, count):
    """Everybody was shown somebody, and some answered."""
    with database.writing() as session:
        for ref, other in zip(event.refs, event.refs[1:], strict=False):
            session.add(Shown(event_id=event.id, ref=ref, other=other, rank=1))
        for ref, other in zip(event.refs[:count], event.refs[1:], strict=False):
            session.add(Response(event_id=event.id, ref=ref, other=other, answer="interested"))


def learned(database, event, number):
    """A model that was learned and kept."""
    figures = {
        "better": True,
        "gain": asdict(Interval(0.04, 0.01, 0.07)),
        "old": asdict(Judgement(Interval(-0.62, -0.7, -0.5), 0.61)),
        "new": asdict(Judgement(Interval(-0.58, -0.66, -0.47), 0.68)),
        "facts": {"answers": 70, "held back": {"answers": 52, "people": 19, "entries": 200}},
    }
    with database.writing() as session:
        archive = learning._packed(shared_reranker(""), {"better": True})
        model = LearnedModel(event_id=event.id, number=number, report=figures, archive=archive)
        session.add(model)
        session.flush()
        return model.id


def test_there_is_nothing_to_learn_before_anybody_was_shown_anybody(desk, page):
    words = desk.words(page)
    assert "Nothing to learn from yet" in words
    assert "Learn from the answers so far" not in words


def test_a_few_answers_change_nothing_and_the_page_says_why(desk, database, published, page, work):
    answered(database, published, 3)
    assert "3 answers so far, of 3 people" in desk.words(page)
    job = desk.send(page).headers["location"]
    assert "Work is under way" in desk.words(page)
    assert work() == [0]
    assert "Too few to tell" in desk.words(job)
    words = desk.words(page)
    assert "Too few to tell" in words
    assert "Models learned here" not in words


def test_models_are_compared_used_and_taken_back(desk, database, published, page):
    first, second = learned(database, published, 1), learned(database, published, 2)
    words = desk.words(page)
    assert "As set the model of the settings is in use" in words
    assert "Rightly ordered 61 % before, 68 % with it Score of an answer -0.620 before, -0.580 with it" in words
    assert "Gain +0.040 (90 % interval +0.010 to +0.070)" in words
    assert "52 answers of 19 people, held back; 70 answers in all" in words
    assert "In use: lists and later runs follow" in desk.follow(desk.send(f"{page}/{second}/activate")).text
    assert "Model 2 in use, learned here" in desk.words(page)
    desk.follow(desk.send(f"{page}/rollback"))
    assert "Model 1 in use" in desk.words(page)
    desk.follow(desk.send(f"{page}/rollback"))
    assert "As set" in desk.words(page)
    assert desk.send(f"{page}/rollback").status_code == 409
    assert desk.send(f"{page}/{'0' * 20}/activate").status_code == 404
    with database.reading() as session:
        assert learning.active_model(session, published.id) == ""
    assert first != second
