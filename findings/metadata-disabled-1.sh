#!/usr/bin/env bash
# boto3 1.44.5 and minio 7.2.20 (PyPI), @aws-sdk/credential-provider-node 3.972.99 (npm), 2026-12-01.
#
# A machine with a metadata service, and AWS_EC2_METADATA_DISABLED as 1 and as true.
#
# Guess: 1 and true mean the same, and every library of AWS that knows the variable obeys both.
#
# Observed: three answers. The SDK for JavaScript obeys any value (so does Java v2). boto3 takes 1 for "not disabled"
# and hands out the instance's role (so do Go v2, Rust, C++, Ruby). minio-py does not know the variable, whatever it
# holds (nor do minio-go, GDAL, object_store, s3cmd). opendal knows `true` but not `TRUE`, which the others take.
#
# Prints what each one finds. Exits with 1 when one of the six answers is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'kill "${server-}" 2>/dev/null; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 minio==7.2.20
npm install --prefix "$folder" --no-audit --no-fund --silent @aws-sdk/credential-provider-node@3.972.99

# The metadata service of an instance with the role `machine`.
cat >"$folder/server.py" <<'SCRIPT'
import http.server
import json
import sys

ROLES = "/latest/meta-data/iam/security-credentials/"
KEYS = {"Code": "Success", "AccessKeyId": "ASIAROLEOFTHEMACHINE", "SecretAccessKey": "secret", "Token": "token",
        "LastUpdated": "2026-01-01T00:00:00Z", "Expiration": "2099-01-01T00:00:00Z"}


class Metadata(http.server.BaseHTTPRequestHandler):
    def answer(self):
        text = {"/latest/api/token": "token", ROLES: "machine", ROLES + "machine": json.dumps(KEYS)}.get(self.path)
        self.send_response(200 if text else 404)
        self.send_header("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
        self.end_headers()
        self.wfile.write((text or "").encode())

    do_GET = do_PUT = answer


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
with open(sys.argv[1], "w") as port:
    port.write(str(server.server_port))
server.serve_forever()
SCRIPT
python3 "$folder/server.py" "$folder/port" 2>/dev/null &
server=$!
until [[ -s $folder/port ]]; do sleep 0.1; done
url=http://127.0.0.1:$(cat "$folder/port")

cat >"$folder/boto3.find.py" <<'SCRIPT'
import boto3
found = boto3.Session().get_credentials()
print(found.access_key if found else "nothing")
SCRIPT
cat >"$folder/minio.find.py" <<'SCRIPT'
import sys
from minio.credentials import IamAwsProvider
print(IamAwsProvider(custom_endpoint=sys.argv[1]).retrieve().access_key)
SCRIPT
cat >"$folder/find.cjs" <<'SCRIPT'
require('@aws-sdk/credential-provider-node')
  .defaultProvider()()
  .then((found) => console.log(found.accessKeyId), () => console.log('nothing'))
SCRIPT

changed=0
expect() {
    local name=$1 value=$2 then=$3 now
    shift 3
    now=$(env -i HOME="$folder" PATH="$PATH" AWS_EC2_METADATA_SERVICE_ENDPOINT="$url" \
        AWS_EC2_METADATA_DISABLED="$value" "$@" 2>/dev/null)
    echo "AWS_EC2_METADATA_DISABLED=$value, $name: $now"
    [[ $now == "$then" ]] || changed=1
}
expect 'SDK for JavaScript' 1 nothing node "$folder/find.cjs"
expect 'SDK for JavaScript' true nothing node "$folder/find.cjs"
expect boto3 1 ASIAROLEOFTHEMACHINE "$folder/venv/bin/python" "$folder/boto3.find.py"
expect boto3 true nothing "$folder/venv/bin/python" "$folder/boto3.find.py"
expect minio-py 1 ASIAROLEOFTHEMACHINE "$folder/venv/bin/python" "$folder/minio.find.py" "$url"
expect minio-py true ASIAROLEOFTHEMACHINE "$folder/venv/bin/python" "$folder/minio.find.py" "$url"
exit "$changed"
