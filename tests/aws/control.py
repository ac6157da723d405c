"""What a test asks of the rig itself, over the same port: `/rig/...`, JSON in and out."""

import json

import calls
import clock
import mfa
import signin
import world


def get_calls(_: dict):
    return calls.all_calls()


def reset_calls(_: dict):
    calls.reset()


def get_sign_ins(_: dict):
    return signin.all_requests()


def set_clock(wanted: dict):
    """`offset`: seconds added to the server's clock. `max_lifetime`: the longest that issued
    credentials live, or null."""
    clock.offset = wanted.get("offset", clock.offset)
    clock.max_lifetime = wanted.get("max_lifetime", clock.max_lifetime)


def totp(wanted: dict):
    """The code of a seed; `steps` away from now, for one that is not yet used up."""
    return {"code": mfa.code(wanted["seed"], mfa.step_now() + wanted.get("steps", 0))}


ROUTES = {
    ("GET", "/rig/calls"): get_calls,
    ("GET", "/rig/sign-ins"): get_sign_ins,
    ("POST", "/rig/reset-calls"): reset_calls,
    ("POST", "/rig/clock"): set_clock,
    ("POST", "/rig/world"): world.build,
    ("POST", "/rig/totp"): totp,
}


def answer(method: str, path: str, body: bytes) -> tuple[str, bytes]:
    """An HTTP status and a JSON body. A mistake in a test is told in full."""
    route = ROUTES.get((method, path))
    if route is None:
        return "404 Not Found", b"{}"
    try:
        return "200 OK", json.dumps(route(json.loads(body or b"{}"))).encode()
    except Exception as error:
        return "400 Bad Request", json.dumps({"error": repr(error)}).encode()
