#!/usr/bin/env bash
# boto3 1.44.5 (PyPI), @aws-sdk/credential-provider-node 3.972.99 (npm) and AWS's SDK for Java 2.57.8 (Maven
# Central), 2026-12-01.
#
# `[default]` has keys in ~/.aws/credentials and a `credential_process` in ~/.aws/config. Both are valid.
#
# Guess: the keys win everywhere, as in the AWS CLI.
#
# Observed: boto3 and the SDK for JavaScript use the keys. The SDK for Java runs the process, so the same two files
# give two identities on one machine. (The SDK for Rust, aws-config 1.13.0, does as Java does; Go v2, C++ and Ruby
# do as boto3 does.)
#
# Prints whose credentials each one finds. Exits with 1 when one of the three answers is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5
npm install --prefix "$folder" --no-audit --no-fund --silent @aws-sdk/credential-provider-node@3.972.99
cat >"$folder/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>f</groupId>
  <artifactId>f</artifactId>
  <version>0</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>auth</artifactId>
      <version>2.57.8</version>
    </dependency>
  </dependencies>
</project>
POM
mvn --quiet --batch-mode -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib" >"$folder/log"

mkdir "$folder/.aws"
cat >"$folder/.aws/credentials" <<'FILE'
[default]
aws_access_key_id = AKIAKEYSOFTHEFILE000
aws_secret_access_key = secret
FILE
cat >"$folder/.aws/config" <<FILE
[default]
credential_process = $folder/process
FILE
cat >"$folder/process" <<'FILE'
#!/bin/sh
echo '{"Version": 1, "AccessKeyId": "AKIAKEYSOFTHEPROCESS", "SecretAccessKey": "secret"}'
FILE
chmod +x "$folder/process"

cat >"$folder/find.py" <<'SCRIPT'
import boto3
print(boto3.Session().get_credentials().access_key)
SCRIPT
cat >"$folder/find.cjs" <<'SCRIPT'
require('@aws-sdk/credential-provider-node').defaultProvider()().then((found) => console.log(found.accessKeyId))
SCRIPT
cat >"$folder/Find.java" <<'SCRIPT'
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
class Find {
    public static void main(String[] arguments) {
        System.out.println(DefaultCredentialsProvider.builder().build().resolveCredentials().accessKeyId());
    }
}
SCRIPT

changed=0
expect() {
    local name=$1 then=$2 now
    shift 2
    now=$(env -i HOME="$folder" PATH="$PATH" "$@" 2>/dev/null)
    echo "$name: $now"
    [[ $now == "$then" ]] || changed=1
}
expect 'boto3' AKIAKEYSOFTHEFILE000 "$folder/venv/bin/python" "$folder/find.py"
expect 'SDK for JavaScript' AKIAKEYSOFTHEFILE000 node "$folder/find.cjs"
expect 'SDK for Java' AKIAKEYSOFTHEPROCESS java -cp "$folder/lib/*" "$folder/Find.java"
exit "$changed"
