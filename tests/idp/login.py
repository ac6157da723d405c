"""A person without a browser: logs in at an identity provider over plain HTTP.

    python tests/idp/login.py URL USER PASSWORD

follows redirects and fills in the forms that it meets, until one is addressed to AWS. That one
is not sent: its fields are printed as JSON.
"""

import json
import sys
from urllib.parse import urljoin

import requests
from lxml import html

AWS = "https://signin.aws.amazon.com/"
PAGES = 10  # a login with more forms than that goes round in circles


def main() -> None:
    url, user, password = sys.argv[1:]
    with requests.Session() as session:
        session.trust_env = False  # loopback needs no proxy
        page = session.get(url)
        for _ in range(PAGES):
            page.raise_for_status()
            action, fields = form_of(page)
            if action.startswith(AWS):
                print(json.dumps(fields))
                return
            for cookie in session.cookies:
                cookie.secure = False  # browsers take loopback for secure, Python does not
            fields |= {"username": user, "password": password} if "password" in fields else {}
            page = session.post(action, data=fields)
    sys.exit(f"no end after {PAGES} pages: {page.url}")


def form_of(page: requests.Response) -> tuple[str, dict[str, str]]:
    forms = html.fromstring(page.text).forms
    if not forms:
        sys.exit(f"{page.url} has no form:\n{page.text}")
    fields = {name: value or "" for name, value in forms[0].form_values()}
    # A password field without a value is no form value yet.
    fields |= {name: "" for name in ("username", "password") if name in forms[0].fields}
    return urljoin(page.url, forms[0].action or ""), fields


if __name__ == "__main__":
    main()
