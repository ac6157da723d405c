"""The HTTP front: keep-alive, request ids, the record of calls, and the `/rig/` routes.

Werkzeug's own server closes the connection after each answer; then a test could not see that
a chain of calls shares one. So requests are read, and answers written, as a whole here.
"""

import io
import re
import traceback
import uuid
from datetime import datetime, timezone

import authorize
import calls
import clock
import control
import signin
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.wsgi import get_input_stream

_REQUEST_ID = re.compile(rb"<RequestI[dD]>[^<]*<")


class Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a small answer must not wait for the peer's delayed ACK

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # `wsgi.input_terminated` is set for chunked bodies, else Content-Length limits it.
        self.environ = environ = self.make_environ()
        body = get_input_stream(environ).read()
        environ[authorize.BODY] = body
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        status, headers, answer = self.respond(environ, body)
        self.send_response(*split_status(status))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if environ["REQUEST_METHOD"] != "HEAD":
            self.wfile.write(answer)

    def respond(self, environ: dict, body: bytes) -> tuple[str, list, bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/rig/"):
            status, answer = control.answer(environ["REQUEST_METHOD"], path, body)
            return status, [("Content-Length", str(len(answer)))], answer
        if path == "/federation":
            status, kind, answer = signin.answer(environ, body)
            return status, [("Content-Type", kind), ("Content-Length", str(len(answer)))], answer
        try:
            status, headers, answer = call_wsgi(self.server.app, environ)
        except Exception:  # a mistake in moto or here: told on stderr, and as AWS would
            traceback.print_exc()
            status, headers, answer = "500 Internal Server Error", [], b""
        request_id = str(uuid.uuid4())
        answer = _REQUEST_ID.sub(
            lambda tag: tag[0][: tag[0].index(b">") + 1] + request_id.encode() + b"<", answer
        )
        calls.record(environ, body, status, request_id)
        return status, with_request_id(headers, request_id, environ, answer), answer

    def date_time_string(self, timestamp=None) -> str:
        """The `Date` of an answer: by the real clock, or by the rig's where the product has that too."""
        signed = self.headers.get("X-Amz-Date") if hasattr(self, "headers") else None
        if timestamp is None and signed:
            at = datetime.strptime(signed, authorize.STAMP).replace(tzinfo=timezone.utc)
            timestamp = min(clock.times(), key=lambda now: abs(now - at)).timestamp()
        return super().date_time_string(timestamp)

    def log(self, *_args) -> None:
        """stderr is for tracebacks, not for each request."""


def call_wsgi(app, environ: dict) -> tuple[str, list, bytes]:
    started = []

    def start_response(status, headers, _exc_info=None):
        started[:] = [status, headers]

    chunks = app(environ, start_response)
    try:
        answer = b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()
    return started[0], started[1], answer


def with_request_id(headers: list, request_id: str, environ: dict, answer: bytes) -> list:
    ours = {"x-amzn-requestid", "connection", "transfer-encoding", "status", "server"}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    names = {name.lower() for name, _ in kept}
    if environ["REQUEST_METHOD"] != "HEAD" or "content-length" not in names:
        kept = [(name, value) for name, value in kept if name.lower() != "content-length"]
        kept.append(("Content-Length", str(len(answer))))
    return [*kept, ("x-amzn-RequestId", request_id)]


def split_status(status: str) -> tuple[int, str]:
    code, _, reason = status.partition(" ")
    return int(code), reason
