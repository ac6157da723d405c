"""The server's own clock, and how long what it issues may live.

Tests move this clock instead of waiting: credentials expire and MFA sessions age at once.
"""

import time
from datetime import datetime, timezone

offset = 0.0
max_lifetime = None  # seconds; None is what AWS does


def now() -> float:
    return time.time() + offset


def times() -> list[datetime]:
    """The real time, and that of this clock."""
    return [datetime.fromtimestamp(at, timezone.utc) for at in (time.time(), now())]


def lifetime(asked_for: int) -> int:
    """What was asked for, or less where a test wants to see renewals."""
    return asked_for if max_lifetime is None else min(asked_for, max_lifetime)


def as_datetime(seconds: float) -> datetime:
    """moto works with naive datetimes in UTC, AWS answers in whole seconds."""
    return datetime.fromtimestamp(int(seconds), timezone.utc).replace(tzinfo=None)
