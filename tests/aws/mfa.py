"""MFA codes (RFC 6238), checked as STS checks them. moto ignores them.

A code is good for its own 30 seconds and the step before and after, and only once per device.
"""

import base64
import hashlib
import hmac
import struct
from threading import Lock

import clock
import errors

STEP = 30

WRONG = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
NOT_YOURS = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  "
    "Please verify your MFA serial number is valid and associated with this user."
)
INCOMPLETE = (
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
)

_lock = Lock()
_used: set[tuple[str, int]] = set()


def code(seed: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def step_now() -> int:
    return int(clock.now()) // STEP


def verify(caller, serial: str | None, given: str | None) -> bool:
    """Whether the request carries a good code. A bad one is an error, none is fine."""
    if serial is None and given is None:
        return False
    if not serial or not given:
        raise errors.access_denied(INCOMPLETE)
    device = caller.user and caller.backend.virtual_mfa_devices.get(serial)
    if not device or serial not in caller.backend.get_user(caller.user).mfa_devices:
        raise errors.access_denied(NOT_YOURS)
    steps = [step_now() + drift for drift in (-1, 0, 1)]
    with _lock:
        for step in steps:
            if hmac.compare_digest(code(device.base32_string_seed, step), given):
                if (serial, step) in _used:
                    break
                _used.add((serial, step))
                return True
    raise errors.access_denied(WRONG)
