#!/usr/bin/env bash
# boto3 1.44.5, awscrt 0.38.1 and minio 7.2.20 (PyPI), @aws-sdk/credential-provider-node 3.972.99 (npm), 2026-12-01.
#
# A line of ~/.aws/credentials ends in a comment: `aws_access_key_id = AKIA... # of alice`.
#
# Guess: all read the same file alike; a comment is a comment.
#
# Observed: awscrt and the SDK for JavaScript drop the comment (so do Go v2, Java v2, Rust and C++). boto3, and so
# the AWS CLI, and minio-py keep it as a part of the key, and AWS then answers that there is no such key. (Ruby does
# as they do.)
#
# Prints what each one reads. Exits with 1 when one of the four answers is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 awscrt==0.38.1 minio==7.2.20
npm install --prefix "$folder" --no-audit --no-fund --silent @aws-sdk/credential-provider-node@3.972.99

mkdir "$folder/.aws"
cat >"$folder/.aws/credentials" <<'FILE'
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE # of alice
aws_secret_access_key = secret
FILE

cat >"$folder/boto3.find.py" <<'SCRIPT'
import boto3
print(boto3.Session().get_credentials().access_key)
SCRIPT
cat >"$folder/minio.find.py" <<'SCRIPT'
from minio.credentials import AWSConfigProvider
print(AWSConfigProvider().retrieve().access_key)
SCRIPT
cat >"$folder/awscrt.find.py" <<'SCRIPT'
from awscrt import auth
print(auth.AwsCredentialsProvider.new_profile().get_credentials().result(20).access_key_id)
SCRIPT
cat >"$folder/find.cjs" <<'SCRIPT'
require('@aws-sdk/credential-provider-node').defaultProvider()().then((found) => console.log(found.accessKeyId))
SCRIPT

changed=0
expect() {
    local name=$1 then=$2 now
    shift 2
    now=$(env -i HOME="$folder" PATH="$PATH" "$@" 2>/dev/null)
    echo "$name: $now"
    [[ $now == "$then" ]] || changed=1
}
expect 'boto3' 'AKIAIOSFODNN7EXAMPLE # of alice' "$folder/venv/bin/python" "$folder/boto3.find.py"
expect 'minio-py' 'AKIAIOSFODNN7EXAMPLE # of alice' "$folder/venv/bin/python" "$folder/minio.find.py"
expect 'awscrt' 'AKIAIOSFODNN7EXAMPLE' "$folder/venv/bin/python" "$folder/awscrt.find.py"
expect 'SDK for JavaScript' 'AKIAIOSFODNN7EXAMPLE' node "$folder/find.cjs"
exit "$changed"
