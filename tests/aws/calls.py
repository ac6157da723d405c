"""The record of STS and IAM calls, for tests that count them. No secret is kept."""

from threading import Lock
from urllib.parse import parse_qsl

_SECRET = {"TokenCode", "SAMLAssertion", "WebIdentityToken"}
_PROTOCOL = {"Action", "Version"}

_lock = Lock()
_calls: list[dict] = []


def record(environ: dict, body: bytes, status: str, request_id: str) -> None:
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0]
    access_key_id, *rest = scope.split("/")
    service = rest[2] if len(rest) > 2 else "sts"  # SAML calls carry no signature
    if service not in ("sts", "iam"):
        return
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    if "Action" not in form:
        return
    call = {
        "service": service,
        "action": form["Action"],
        "access_key_id": access_key_id,
        "parameters": {k: v for k, v in form.items() if k not in _SECRET | _PROTOCOL},
        "status": int(status.split()[0]),
        "request_id": request_id,
        # Two calls with one port came over one connection.
        "peer_port": environ["REMOTE_PORT"],
    }
    with _lock:
        _calls.append(call)


def all_calls() -> list[dict]:
    with _lock:
        return list(_calls)


def reset() -> None:
    with _lock:
        _calls.clear()
