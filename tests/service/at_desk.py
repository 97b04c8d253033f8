"""A browser without a screen at the organizer's desk: it keeps cookies and sends the forms that it was shown."""

import re
from html import unescape


class AtDesk:
    """Somebody who has logged in with a key, through the service's own form."""

    def __init__(self, client, key):
        self.client = client
        page = client.get("/desk/login")
        answer = client.post("/desk/login", data={"key": key, "form_token": token_of(page.text)})
        assert answer.status_code == 303, answer.text
        self.token = self._token()

    def _token(self):
        answer = self.client.get("/desk")
        if answer.status_code == 303:
            answer = self.client.get(answer.headers["location"])
        return token_of(answer.text)

    def page(self, path):
        """A page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer

    def words(self, path):
        """What a page says, without its markup."""
        return words(self.page(path).text)

    def send(self, path, files=None, **fields):
        """Sends a form with the token of this browser."""
        return self.client.post(path, data={"form_token": self.token, **fields}, files=files)

    def follow(self, answer):
        """The page to which a form sends the browser."""
        assert answer.status_code == 303, (answer.status_code, words(answer.text)[:800])
        return self.page(answer.headers["location"])


def token_of(html):
    """The token in a form."""
    return re.search(r'name="form_token" value="([0-9a-f]{40})"', html)[1]


def fields_of(html, action):
    """The fields of the form that is sent to `action`, as a browser would send them untouched."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.S)[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        ticked = "checkbox" not in tag and "radio" not in tag
        if name and (ticked or " checked" in tag):
            fields[name[1]] = unescape(value[1]) if value else "on"
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        options = re.findall(r'<option value="([^"]*)"( selected)?', body)
        fields[name] = unescape(next((value for value, chosen in options if chosen), options[0][0]))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        fields[name] = unescape(text)
    return fields


def words(html):
    """A page's text on one line."""
    main = re.search(r"<main.*?</main>", html, re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main[0] if main else html)).split())
