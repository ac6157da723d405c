"""A local AWS for tests: moto, made as strict as the real STS and IAM where it matters.

    python tests/aws/server.py [--port N] [--max-lifetime SECONDS] [--account ID ...]

prints one line of JSON when it is ready: `{"url": ..., "admins": {ACCOUNT: {key pair}}}`, an
administrator for each `--account`. It ends when its stdin closes, so that it never outlives the
test that started it, however that ends.

IAM enforcement is on from the first request. What real AWS does and moto does not:

* authorize.py       expired tokens, signatures made at another time, inactive keys, session policies, conditions, `:root`
                     principals; GetSessionToken without MFA cannot call IAM
* session_tokens.py  GetSessionToken: its own key triple, duration limits, MFA;
                     GetFederationToken
* signin.py          the console's federation endpoint
* assume_role.py     AssumeRole: the role exists, both policies agree, MFA, external id, source
                     identity, tags, MaxSessionDuration, one hour for chained roles
* saml.py            AssumeRoleWithSAML: signature, time, audience, the role and provider pair,
                     trust policy, durations
* simulate.py        SimulatePrincipalPolicy
* mfa.py             RFC 6238 codes: of the right user, good once
* errors.py          the wire shape of errors, with a request id
* front.py           keep-alive, so that connections can be counted
* markers.py         secrets that a leak test can find

Not here: permission boundaries, tag and policy size limits.
"""

import argparse
import contextlib
import json
import os
import sys
import threading

import assume_role
import authorize
import clock
import managed
import markers
import saml
import session_tokens
import simulate
import world
from front import Handler
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def main() -> None:
    arguments = parse_arguments()
    clock.max_lifetime = arguments.max_lifetime
    for patch in (markers, authorize, session_tokens, assume_role, saml, simulate):
        patch.install()
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", arguments.port, app, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    threading.Thread(target=exit_with_stdin, daemon=True).start()
    ready = {
        "url": f"http://127.0.0.1:{server.server_port}",
        "admins": {account: administrator(account) for account in arguments.account},
    }
    print(json.dumps(ready), flush=True)
    sys.stdout = sys.stderr  # moto prints now and then, and nobody reads on
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C in a terminal reaches us too
        server.serve_forever()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A local AWS for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--max-lifetime", type=int)
    parser.add_argument("--account", action="append", default=[])
    return parser.parse_args()


def administrator(account: str) -> dict:
    document = managed.document("arn:aws:iam::aws:policy/AdministratorAccess", None)
    made = world.build({"account": account, "users": {"admin": {"policies": [document]}}})
    return made["users"]["admin"]


def exit_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
