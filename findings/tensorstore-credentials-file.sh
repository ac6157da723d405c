#!/usr/bin/env bash
# tensorstore 0.1.86 and pyarrow 25.0.1 (PyPI), which read S3 with AWS's own C and C++ libraries, 2026-12-01.
#
# `[default]` has keys in ~/.aws/credentials, and there is nothing else to find.
#
# Guess: both sign with these keys.
#
# Observed: pyarrow does. tensorstore, whose "default" credentials come from AWS's C library too, does not look at
# the file. Where it finds nothing in the environment, at a container endpoint and at the metadata service, it does
# not fail either: it sends the request unsigned. So a private object "does not exist or access is denied", and
# nothing says that no credentials were found. AWS_PROFILE changes nothing. With the same keys in the environment it
# signs.
#
# Prints the access key id that signed each request. Exits with 1 when one of the four is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'kill "${server-}" 2>/dev/null; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tensorstore==0.1.86 pyarrow==25.0.1

mkdir "$folder/.aws"
cat >"$folder/.aws/credentials" <<'FILE'
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret

[other]
aws_access_key_id = AKIAKEYOFPROFILE0000
aws_secret_access_key = secret
FILE

# An S3 that refuses, and writes down who asked.
cat >"$folder/server.py" <<'SCRIPT'
import http.server
import re
import sys


class S3(http.server.BaseHTTPRequestHandler):
    def answer(self):
        signed = re.search("Credential=([^/]*)/", self.headers.get("Authorization") or "")
        with open(sys.argv[2], "a") as asked:
            asked.write((signed[1] if signed else "unsigned") + "\n")
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = answer


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), S3)
with open(sys.argv[1], "w") as port:
    port.write(str(server.server_port))
server.serve_forever()
SCRIPT
python3 "$folder/server.py" "$folder/port" "$folder/asked" 2>/dev/null &
server=$!
until [[ -s $folder/port ]]; do sleep 0.1; done
host=127.0.0.1:$(cat "$folder/port")

cat >"$folder/tensorstore.read.py" <<'SCRIPT'
import sys
import tensorstore
spec = {"driver": "s3", "bucket": "bucket", "endpoint": f"http://{sys.argv[1]}", "aws_region": "us-east-1", "path": "a"}
tensorstore.KvStore.open(spec).result().read("x").result()
SCRIPT
cat >"$folder/pyarrow.read.py" <<'SCRIPT'
import sys
from pyarrow import fs
fs.S3FileSystem(endpoint_override=sys.argv[1], scheme="http", region="us-east-1").get_file_info("bucket/a")
SCRIPT

changed=0
expect() {
    local what=$1 program=$2 then=$3 now
    shift 3
    rm -f "$folder/asked"
    env -i HOME="$folder" PATH="$PATH" AWS_EC2_METADATA_DISABLED=true "$@" \
        "$folder/venv/bin/python" "$folder/$program.read.py" "$host" >/dev/null 2>&1 || true
    now=$(head -n 1 "$folder/asked")
    echo "$program, $what: $now"
    [[ $now == "$then" ]] || changed=1
}
expect 'keys in [default]' pyarrow AKIAIOSFODNN7EXAMPLE
expect 'keys in [default]' tensorstore unsigned
expect 'AWS_PROFILE=other' tensorstore unsigned AWS_PROFILE=other
expect 'keys in the environment' tensorstore AKIAIOSFODNN7EXAMPLE \
    AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=secret
exit "$changed"
