#!/usr/bin/env bash
# aws-cdk 2.1148.1, the AWS CDK's command line (npm), which is built on AWS's SDK for JavaScript 3, 2026-12-01.
#
# AMAZON_ACCESS_KEY_ID and AMAZON_SECRET_ACCESS_KEY are names of the years before AWS_ACCESS_KEY_ID. AWS's SDK for
# JavaScript 3 does not know them.
#
# Guess: so `cdk` does not know them either, and AWS_PROFILE decides.
#
# Observed: `cdk` looks for them itself. They win over AWS_PROFILE, and only AWS_ACCESS_KEY_ID and `--profile` win
# over them. Of the other programs that we have, only Ruby's SDK takes these names.
#
# Prints the access key id that signed the first request of `cdk bootstrap`. Exits with 1 when one of the four is
# another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'kill "${server-}" 2>/dev/null; rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --silent aws-cdk@2.1148.1

mkdir "$folder/.aws"
cat >"$folder/.aws/credentials" <<'FILE'
[other]
aws_access_key_id = AKIAKEYOFPROFILE0000
aws_secret_access_key = secret
FILE

# An STS that refuses, and writes down who asked.
cat >"$folder/server.py" <<'SCRIPT'
import http.server
import re
import sys


class STS(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        signed = re.search("Credential=([^/]*)/", self.headers.get("Authorization") or "")
        with open(sys.argv[2], "a") as asked:
            asked.write((signed[1] if signed else "unsigned") + "\n")
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), STS)
with open(sys.argv[1], "w") as port:
    port.write(str(server.server_port))
server.serve_forever()
SCRIPT
python3 "$folder/server.py" "$folder/port" "$folder/asked" 2>/dev/null &
server=$!
until [[ -s $folder/port ]]; do sleep 0.1; done

changed=0
expect() {
    local what=$1 then=$2 option=$3 now
    shift 3
    rm -f "$folder/asked"
    env -i HOME="$folder" PATH="$PATH" AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true \
        AWS_ENDPOINT_URL="http://127.0.0.1:$(cat "$folder/port")" "$@" \
        "$folder/node_modules/.bin/cdk" bootstrap aws://111122223333/us-east-1 "$option" >"$folder/log" 2>&1 || true
    now=$(head -n 1 "$folder/asked")
    echo "$what: $now"
    [[ $now == "$then" ]] || changed=1
}
old=(AMAZON_ACCESS_KEY_ID=AKIAKEYOFTHEOLDNAME0 AMAZON_SECRET_ACCESS_KEY=secret)
new=(AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=secret)
expect 'AWS_PROFILE' AKIAKEYOFPROFILE0000 --no-color AWS_PROFILE=other
expect 'AWS_PROFILE, and the old names' AKIAKEYOFTHEOLDNAME0 --no-color AWS_PROFILE=other "${old[@]}"
expect 'AWS_ACCESS_KEY_ID, and the old names' AKIAIOSFODNN7EXAMPLE --no-color "${new[@]}" "${old[@]}"
expect '--profile, and the old names' AKIAKEYOFPROFILE0000 --profile=other "${old[@]}"
exit "$changed"
