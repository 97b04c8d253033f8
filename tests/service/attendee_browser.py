"""A browser without scripts: opens a personal link, reads pages, sends their forms."""

import re
from html import unescape

from fastapi.testclient import TestClient

HTML = {"accept": "text/html"}


class Browser:
    """One attendee's browser; several can look at the same service."""

    def __init__(self, client, token=None):
        self._client = TestClient(client.app, base_url="http://testserver", follow_redirects=True, headers=HTML)
        self.page = self._client.get(f"/me/{token}" if token else "/people")

    @property
    def text(self):
        """The words of the page, tags left out, on one line."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.text)).split())

    @property
    def html(self):
        """The page."""
        return self.page.text

    @property
    def where(self):
        """The address of the page, without what stands behind the question mark."""
        return self.page.url.path

    def open(self, path):
        """Opens a page."""
        self.page = self._client.get(path)
        return self

    def send(self, path, token=None, **fields):
        """Sends a form with the token of the page, as a button of it would."""
        found = re.search(r'name="form_token" value="(\w+)"', self.html)
        self.page = self._client.post(path, data={"form_token": token or (found[1] if found else ""), **fields})
        return self

    def part(self, title):
        """The words of the section with this heading."""
        sections = re.split(r"<(?=section|details class=\"aside)", self.html)
        found = [section.split("</section>")[0] for section in sections if f">{title}<" in section]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""
