"""The thread of the serving process that delivers webhooks."""

from __future__ import annotations

import threading
import time

import httpx
from matcher.service.log import logger
from matcher.service.store import Database
from matcher.service.usecases.webhooks import Message, check_address, settle, signature, take_due

from matcher.errors import MatcherError

POLL = 1.0
TIMEOUT = 10.0
"""Seconds that a receiver has to answer."""


class Deliverer:
    """Delivers what is due, until stopped.

    Args:
        database: the store.
        private: True lets addresses of the own network be told.
    """

    def __init__(self, database: Database, private: bool) -> None:
        self._database = database
        self._private = private
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begins to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """Delivers no more; what is due waits for the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=TIMEOUT + 2)

    def _work(self) -> None:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            while not self._stop.wait(POLL):
                try:
                    for message in take_due(self._database):
                        status, error = deliver(client, message, self._private)
                        settle(self._database, message, status, error)
                        if self._stop.is_set():
                            return
                except Exception as error:  # the thread outlives a database that is away for a while
                    logger().error("webhooks cannot be delivered", fault=type(error).__name__)
                    self._stop.wait(5)


def deliver(client: httpx.Client, message: Message, private: bool) -> tuple[int | None, str]:
    """Returns the receiver's status, or None and why there is none."""
    headers = {
        "Content-Type": "application/json",
        "Matcher-Signature": signature(message.secret, message.body, int(time.time())),
        "Matcher-Topic": message.topic,
        "Matcher-Delivery": message.id,
    }
    try:
        check_address(message.url, private)  # again: the name may stand for another host by now
        answer = client.post(message.url, content=message.body, headers=headers)
    except MatcherError as error:
        return None, str(error)
    except (httpx.HTTPError, ValueError) as error:
        return None, type(error).__name__
    return answer.status_code, "" if answer.is_success else f"answered {answer.status_code}"
