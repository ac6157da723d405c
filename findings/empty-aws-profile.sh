#!/usr/bin/env bash
# boto3 1.44.5 and awscrt 0.38.1 (PyPI), @aws-sdk/credential-provider-node 3.972.99 (npm), 2026-12-01.
#
# `AWS_PROFILE=` is set, to nothing, as `AWS_PROFILE= program` and `docker run -e AWS_PROFILE=` do; `[default]` has
# keys.
#
# Guess: an empty variable is as one that is not set, as it is for AWS_ACCESS_KEY_ID.
#
# Observed: the SDK for JavaScript uses `[default]` (so does Go v2). boto3 looks for a profile with an empty name,
# and fails. awscrt fails too, but its error names no profile: `The specified substring was not present in the input
# string`. (Java v2, Rust, C++ and Ruby do not find `[default]` either, and go on to the metadata service.)
#
# Prints what each one finds. Exits with 1 when one of the three answers is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 awscrt==0.38.1
npm install --prefix "$folder" --no-audit --no-fund --silent @aws-sdk/credential-provider-node@3.972.99

mkdir "$folder/.aws"
cat >"$folder/.aws/credentials" <<'FILE'
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret
FILE

cat >"$folder/boto3.find.py" <<'SCRIPT'
import boto3
print(boto3.Session().get_credentials().access_key)
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
    now=$(env -i HOME="$folder" PATH="$PATH" AWS_PROFILE= "$@" 2>&1 | tail -n 1) || true
    echo "$name: $now"
    [[ $now == *"$then"* ]] || changed=1
}
expect 'SDK for JavaScript' AKIAIOSFODNN7EXAMPLE node "$folder/find.cjs"
expect 'boto3' 'ProfileNotFound: The config profile () could not be found' \
    "$folder/venv/bin/python" "$folder/boto3.find.py"
expect 'awscrt' 'The specified substring was not present in the input string' \
    "$folder/venv/bin/python" "$folder/awscrt.find.py"
exit "$changed"
