"""Secrets that can be found again.

Every secret made here begins with a marker, so the sandbox finds a leak by looking for two
fixed strings in all output and in every file, without being told the secrets of each test.
Keep the two in step with `tests/support/leaks.rs`.
"""

from moto.iam.models import AccessKey

LONG_LIVED = "LEAKEDlongLivedKey"
TEMPORARY = "LEAKEDtemporaryKey"


def install() -> None:
    make = AccessKey.__init__

    def marked(self, *args, **kwargs):
        make(self, *args, **kwargs)
        marker = TEMPORARY if self.access_key_id.startswith("ASIA") else LONG_LIVED
        self.secret_access_key = marker + self.secret_access_key[len(marker) :]

    AccessKey.__init__ = marked
