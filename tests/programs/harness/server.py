"""AWS and the services of a machine, on loopback. It notes which access key signed each request."""

import re
import ssl
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import identities

TASK_PATH = "/v2/credentials/task"
POD_PATH = "/v1/credentials"
POD_TOKEN = "token-of-the-pod"

SIGNED = re.compile(r"Credential=([^/,\s]+)/|^AWS ([^:\s]+):")
SIGNED_URL = re.compile(r"[?&](?:X-Amz-Credential=([^/&%]+)|AWSAccessKeyId=([^&]+))")


class Server:
    """The services that a machine has are in `places`; `arrived` are the key ids of its requests."""

    def __init__(self, certificate: str, key: str):
        self.places: set[str] = set()
        self.arrived: list[str] = []
        handler = type("Handler", (Handler,), {"server_of_run": self})
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        for port in (80, 443):
            listener = Listener(("0.0.0.0", port), handler)
            if port == 443:
                listener.tls = tls
            threading.Thread(target=listener.serve_forever, daemon=True).start()

    def begin(self, places: set[str]) -> None:
        self.places, self.arrived = places, []


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def finish_request(self, request, client_address):
        # In the thread of the connection: a client that refuses the certificate must stop no other.
        if self.tls:
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError:
                return
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        """Programs close connections as they like."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_run: Server

    def answer_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "Content-Length" not in self.headers and "Transfer-Encoding" in self.headers:
            self.close_connection = True
        status, kind, text = self.answer(urllib.parse.urlsplit(self.path), body)
        payload = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer_any

    def answer(self, url, body) -> tuple[int, str, str]:
        places = self.server_of_run.places
        if url.path.startswith("/latest/"):
            return self.metadata(url.path) if "metadata" in places else not_found()
        if url.path == TASK_PATH:
            return json(identities.container_credentials("task")) if "task" in places else not_found()
        if url.path == POD_PATH:
            invited = "pod" in places and self.headers.get("Authorization") == POD_TOKEN
            return json(identities.container_credentials("pod")) if invited else not_found()
        return self.aws(url.query + "&" + body.decode("utf-8", "replace"))

    def metadata(self, path) -> tuple[int, str, str]:
        roles = re.fullmatch(r"/latest/meta-data/iam/security-credentials(-extended)?/?(.*)", path)
        if path == "/latest/api/token":
            return 200, "text/plain", "token-of-the-metadata"
        if roles and not roles[2]:
            return 200, "text/plain", "machine"
        if roles:
            return json(identities.container_credentials("metadata"))
        if path == "/latest/meta-data/placement/region":
            return 200, "text/plain", "us-east-1"
        if path == "/latest/meta-data/placement/availability-zone":
            return 200, "text/plain", "us-east-1a"
        if path == "/latest/dynamic/instance-identity/document":
            return json('{"region": "us-east-1", "accountId": "111122223333"}')
        return not_found()

    def aws(self, parameters) -> tuple[int, str, str]:
        signature = SIGNED.search(self.headers.get("Authorization") or "") or SIGNED_URL.search(self.path)
        signed_by = next(filter(None, signature.groups()), None) if signature else None
        form = dict(urllib.parse.parse_qsl(parameters))
        action = form.get("Action")
        if action == "AssumeRoleWithWebIdentity":
            return sts(form, "web-identity")
        if action in ("AssumeRole", "GetSessionToken") and signed_by == identities.key_id(identities.ROOT):
            return sts(form, identities.SESSION)
        if signed_by:
            self.server_of_run.arrived.append(signed_by)
        if action == "GetCallerIdentity" and signed_by != identities.NOBODY:
            arn = "arn:aws:sts::111122223333:assumed-role/machine/x"
            result = f"<UserId>U</UserId><Account>111122223333</Account><Arn>{arn}</Arn>"
            return xml(f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>")
        if "json" in (self.headers.get("Content-Type") or ""):
            return 400, "application/x-amz-json-1.1", '{"__type": "AccessDeniedException", "message": "no"}'
        error = "<Code>AccessDenied</Code><Message>no</Message>"
        if action:
            return xml(f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>", 403)
        return xml(f"<Error>{error}</Error>", 403)

    def log_message(self, format, *arguments):  # noqa: A002 (the name of the base class)
        pass


def not_found():
    return 404, "text/plain", "not found"


def json(text):
    return 200, "application/json", text


def xml(text, status=200):
    return status, "text/xml", f'<?xml version="1.0" encoding="UTF-8"?>{text}'


def sts(form, name):
    action = form["Action"]
    result = identities.sts_credentials(name, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600)))
    if "RoleArn" in form:
        arn = form["RoleArn"].replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
        arn += "/" + form.get("RoleSessionName", "x")
        result += f"<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"
    space = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
    return xml(f"<{action}Response {space}><{action}Result>{result}</{action}Result></{action}Response>")
