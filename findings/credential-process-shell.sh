#!/usr/bin/env bash
# boto3 1.44.5 and awscrt 0.38.1 (PyPI), @aws-sdk/credential-provider-node 3.972.99 (npm), 2026-12-01.
#
# Guess: nobody starts a shell for `credential_process`, since the AWS CLI's guide says that the value may not have
# variables or `~`.
#
# Observed: only boto3 (and so the AWS CLI) takes the line as words. AWS's C library (in awscrt) and the SDK for
# JavaScript give it to a shell: `~`, `$HOME`, pipes and `;` work there, and a configuration that was tried with
# such a program alone fails in the AWS CLI. (Go v2, Java v2, Rust, C++ and Ruby use a shell too.)
#
# Prints what each one makes of four lines. Exits with 1 when one of the answers is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 awscrt==0.38.1
npm install --prefix "$folder" --no-audit --no-fund --silent @aws-sdk/credential-provider-node@3.972.99

mkdir "$folder/.aws"
cat >"$folder/process" <<'FILE'
#!/bin/sh
echo '{"Version": 1, "AccessKeyId": "AKIAKEYSOFTHEPROCESS", "SecretAccessKey": "secret"}'
FILE
chmod +x "$folder/process"

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
    now=$(env -i HOME="$folder" PATH="$PATH" AWS_EC2_METADATA_DISABLED=true "$@" 2>/dev/null) || now='an error'
    echo "  $name: $now"
    [[ $now == "$then" ]] || changed=1
}
# shellcheck disable=SC2088 # the programs under test expand it, or do not
for line in '/process' '~/process' "\$HOME/process" 'true; ~/process | cat'; do
    [[ $line != /process ]] || line=$folder/process
    printf '[default]\ncredential_process = %s\n' "$line" >"$folder/.aws/config"
    echo "${line/#$folder//path}"
    in_boto3='an error'
    [[ $line != "$folder/process" ]] || in_boto3=AKIAKEYSOFTHEPROCESS
    expect 'boto3' "$in_boto3" "$folder/venv/bin/python" "$folder/boto3.find.py"
    expect 'awscrt' AKIAKEYSOFTHEPROCESS "$folder/venv/bin/python" "$folder/awscrt.find.py"
    expect 'SDK for JavaScript' AKIAKEYSOFTHEPROCESS node "$folder/find.cjs"
done
exit "$changed"
