"""A small identity provider of our own, for what real ones do not do on request.

    python tests/idp/pages.py

prints its URL when it is ready, and ends when its stdin closes. A login starts at

    /login?end=WAY      how it ends: endings.py
          &relay=before|after   a RelayState, and on which side of SAMLResponse
          &as=USER      nobody has to type: the page's own script does it
          &wrong=1      ... with a wrong password first
          &at=window    ... but not in a headless browser, where no person sits

asks for a password once, and knows the browser by a cookie from then on, until `/logout`.
`/rig/...` is the test's side: settings (response.py), counts, metadata, one response without
any browser.
"""

import json
import os
import secrets
import sys
import threading
import time
from dataclasses import replace
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import endings
import keys
import response

PASSWORD = "the right password"
REDIRECTS = 5


class Provider:
    """What is shared by all requests."""

    def __init__(self):
        self.key = keys.make()
        self.wanted = response.Wanted()
        self.keeps_cookies = True
        self.forbids_storing = True
        self.sessions: set[str] = set()
        self.counts: dict[str, int] = {}
        self.lock = threading.Lock()
        self.issuer = ""

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + 1

    def set(self, wanted: dict) -> None:
        self.keeps_cookies = wanted.pop("keeps_cookies", self.keeps_cookies)
        self.forbids_storing = wanted.pop("forbids_storing", self.forbids_storing)
        self.wanted = replace(self.wanted, **wanted)

    def rig(self, path: str, body: dict):
        if path == "/rig/settings":
            return self.set(body)
        if path == "/rig/counts":
            return self.counts
        if path == "/rig/provider":
            return {
                "metadata": keys.metadata(self.issuer, self.key),
                "private_key": self.key.private.decode(),
            }
        if path == "/rig/response":
            return response.make(replace(self.wanted, **body), self.issuer, self.key)
        raise LookupError(path)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: Provider

    def do_GET(self) -> None:
        path, query = self.address()
        if path == "/login":
            if self.is_known():
                self.provider.count("silent")
                self.hand_over(query, redirects(query))
            else:
                self.ask(query, refused=False)
        elif path == "/hop":
            self.hand_over(query, int(query.pop("left")))
        elif path == "/logout":
            self.provider.sessions.clear()
            self.answer(200, endings.page("<p>Logged out"))
        elif path == "/slow":
            time.sleep(1.8)
            self.answer(200, "")
        elif path == "/still":
            self.provider.count("still")
            self.answer(200, "")
        elif path == "/":
            self.answer(200, endings.page("<p>The identity provider"))
        else:
            self.answer(404, "")

    def do_POST(self) -> None:
        path, query = self.address()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path.startswith("/rig/"):
            told = self.provider.rig(path, json.loads(body or b"{}"))
            self.answer(200, json.dumps(told), kind="application/json")
        elif path == "/arrived":
            self.provider.count("arrived")
            self.answer(200, endings.page("<p>Arrived"))
        elif path == "/again":
            self.answer(307, "", Location=self.provider.wanted.recipient)
        elif dict(parse_qsl(body.decode())).get("password") == PASSWORD:
            self.provider.count("logins")
            cookie = {"Set-Cookie": self.new_cookie()}
            self.redirect("/hop", query | {"left": redirects(query)}, **cookie)
        else:
            self.provider.count("refused")
            self.ask(query, refused=True)

    def ask(self, query: dict, *, refused: bool) -> None:
        self.provider.count("asked")
        person = ""
        if "as" in query:
            password = "a wrong one" if "wrong" in query and not refused else PASSWORD
            person = (
                f"const [name, password] = {json.dumps([query['as'], password])};"
                "document.forms[0].username.value = name;"
                "document.forms[0].password.value = password;"
                "document.forms[0].requestSubmit();"
            )
            if query.get("at") == "window":
                person = f"if (!navigator.userAgent.includes('Headless')) {{{person}}}"
        self.answer(200, endings.password_form(urlencode(query), refused, person))

    def hand_over(self, query: dict, left: int) -> None:
        if left:
            self.redirect("/hop", query | {"left": left - 1})
            return
        provider = self.provider
        wanted = provider.wanted
        fields = [("SAMLResponse", response.make(wanted, provider.issuer, provider.key))]
        if "relay" in query:
            place = 0 if query["relay"] == "before" else 1
            fields.insert(place, ("RelayState", "https://example.com/?a=1&b=SAMLResponse=2"))
        delivery = endings.Delivery(wanted.recipient, fields)
        provider.count("delivered")
        self.answer(200, endings.WAYS[query.get("end", "form")](delivery))

    def is_known(self) -> bool:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return cookie is not None and cookie.value in self.provider.sessions

    def new_cookie(self) -> str:
        session = secrets.token_hex(16)
        self.provider.sessions.add(session)
        kept = "; Max-Age=3600" if self.provider.keeps_cookies else ""
        return f"session={session}; Path=/; HttpOnly{kept}"

    def address(self) -> tuple[str, dict]:
        parts = urlsplit(self.path)
        return parts.path, {name: values[-1] for name, values in parse_qs(parts.query).items()}

    def redirect(self, path: str, query: dict, **headers: str) -> None:
        self.answer(303, "", Location=f"{path}?{urlencode(query)}", **headers)

    def answer(self, status: int, text: str, *, kind="text/html; charset=utf-8", **headers) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (headers | {"Content-Type": kind}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.provider.forbids_storing:
            self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args) -> None:
        """stderr is for tracebacks, not for each request."""


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address) -> None:
        """A browser that is closed hangs up in the middle of things."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def redirects(query: dict) -> int:
    return REDIRECTS if query.get("end") == "redirects" else 0


def main() -> None:
    Handler.provider = Provider()
    server = Server(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    Handler.provider.issuer = f"{url}/metadata"
    threading.Thread(target=exit_with_stdin, daemon=True).start()
    print(url, flush=True)
    server.serve_forever()


def exit_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
