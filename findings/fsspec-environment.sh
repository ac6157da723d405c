#!/usr/bin/env bash
# s3fs 2026.9.0, the S3 file system of fsspec (PyPI), which pandas and dask use for `s3://`, 2026-12-01.
#
# The variables FSSPEC_S3_KEY and FSSPEC_S3_SECRET give the file system arguments (documented). The program names a
# profile: `S3FileSystem(profile="other")`.
#
# Guess: what the program says wins over the environment; at the least, the two contradict each other and it fails.
#
# Observed: the variables win, in silence. They also win over AWS_ACCESS_KEY_ID and over AWS_PROFILE, so they have to
# be unset by any tool that hands over credentials in the environment. `FSSPEC_S3_ANYTHING` becomes an argument too.
#
# Prints the access key id that signed each request. Exits with 1 when one of the three is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'kill "${server-}" 2>/dev/null; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check s3fs==2026.9.0 aiobotocore==3.10.0

mkdir "$folder/.aws"
cat >"$folder/.aws/credentials" <<'FILE'
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
    def do_GET(self):
        signed = re.search("Credential=([^/]*)/", self.headers.get("Authorization") or "")
        with open(sys.argv[2], "a") as asked:
            asked.write((signed[1] if signed else "unsigned") + "\n")
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), S3)
with open(sys.argv[1], "w") as port:
    port.write(str(server.server_port))
server.serve_forever()
SCRIPT
python3 "$folder/server.py" "$folder/port" "$folder/asked" 2>/dev/null &
server=$!
until [[ -s $folder/port ]]; do sleep 0.1; done

cat >"$folder/list.py" <<'SCRIPT'
import sys
import s3fs
named = {"profile": "other"} if "profile" in sys.argv else {}
s3fs.S3FileSystem(**named).ls("bucket")
SCRIPT

changed=0
expect() {
    local what=$1 then=$2 argument=$3 now
    shift 3
    rm -f "$folder/asked"
    env -i HOME="$folder" PATH="$PATH" AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true \
        AWS_ENDPOINT_URL="http://127.0.0.1:$(cat "$folder/port")" "$@" \
        "$folder/venv/bin/python" "$folder/list.py" "$argument" >/dev/null 2>&1 || true
    now=$(head -n 1 "$folder/asked")
    echo "$what: $now"
    [[ $now == "$then" ]] || changed=1
}
variables=(FSSPEC_S3_KEY=AKIAKEYOFTHEVARIABLE FSSPEC_S3_SECRET=secret)
expect 'profile="other"' AKIAKEYOFPROFILE0000 profile
expect 'profile="other", with the variables' AKIAKEYOFTHEVARIABLE profile "${variables[@]}"
expect 'AWS_ACCESS_KEY_ID, with the variables' AKIAKEYOFTHEVARIABLE none \
    AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=secret "${variables[@]}"
exit "$changed"
