"""The console's federation endpoint: `/federation`, as AWS documents it.

It takes the credentials of roles and of GetFederationToken, and no others; it refuses a
`SessionDuration` with those of chained roles and of GetFederationToken; its tokens sign in once.
"""

import json
import secrets
from threading import Lock
from urllib.parse import parse_qs

import callers

# As the leak tests know it.
_MARKER = "LEAKEDtemporaryKey"
_PARTITIONS = {
    "signin.aws.amazon.com": "aws",
    "signin.amazonaws-us-gov.com": "aws-us-gov",
    "signin.amazonaws.cn": "aws-cn",
}

_lock = Lock()
_tokens: dict[str, callers.Caller] = {}
_requests: list[dict] = []


def all_requests() -> list[dict]:
    with _lock:
        return list(_requests)


def answer(environ: dict, body: bytes) -> tuple[str, str, bytes]:
    """Status, content type and body."""
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    host = environ.get("HTTP_HOST", "").split(":")[0]
    actions = {"getSigninToken": get_token, "login": login}
    asked = form | query
    action = asked.get("Action", "")
    status, kind, text, who = actions.get(action, refuse)(asked, host)
    seen = {
        "action": action,
        "method": environ["REQUEST_METHOD"],
        "host": host,
        "status": int(status.split()[0]),
        "in_body": sorted(form),
        "duration": asked.get("SessionDuration"),
        "issuer": asked.get("Issuer"),
        "destination": asked.get("Destination"),
        "arn": who,
    }
    with _lock:
        _requests.append(seen)
    return status, kind, text.encode()


def refuse(_asked: dict, _host: str):
    return "400 Bad Request", "text/html", "<html>Bad Request</html>", None


def get_token(asked: dict, host: str):
    session = json.loads(asked["Session"])
    caller = callers.find(session["sessionId"])
    known = caller and (caller.secret, caller.token) == (
        session["sessionKey"],
        session["sessionToken"],
    )
    if not known or callers.is_expired(caller):
        return refuse(asked, host)
    takes_duration = bool(caller.role_arn) and not caller.chained
    is_for_console = bool(caller.role_arn) or caller.federated
    duration = asked.get("SessionDuration")
    in_range = duration is None or 900 <= int(duration) <= 43_200
    if (
        not is_for_console
        or (duration is not None and not takes_duration)
        or not in_range
        or _PARTITIONS.get(host, caller.partition) != caller.partition
    ):
        return refuse(asked, host)
    token = _MARKER + secrets.token_hex(16)
    with _lock:
        _tokens[token] = caller
    return "200 OK", "application/json", json.dumps({"SigninToken": token}), caller.arn


def login(asked: dict, host: str):
    with _lock:
        caller = _tokens.pop(asked.get("SigninToken"), None)
    if caller is None:
        return refuse(asked, host)
    return "200 OK", "text/html", "<title>the console</title>", caller.arn
