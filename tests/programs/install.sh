# shellcheck shell=bash
# What tests/programs/run.sh needs. Sourced, never run. The versions are pinned in the files that the clients of
# the registries read; what cannot be had is told by setup_report, and the table says so.
# shellcheck source=tests/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/../setup.sh"

programs=$root/tests/programs
rig=$root/target/rig/programs

# Installs one part, unless it was installed from the same files. What it prints goes to a log.
part() {
    local name=$1 command=$2 stamp failed=0
    shift 2
    stamp=$(cat "$@" | cksum)
    [[ $(cat "$rig/$name.installed" 2>/dev/null) != "$stamp" ]] || return 0
    echo "installing the programs of ${name}" >&2
    # In the background, since `set -e` would have no effect inside a condition.
    (
        set -e
        "$command"
    ) >"$rig/$name.log" 2>&1 &
    wait $! || failed=1
    if [[ $failed -eq 0 ]]; then
        echo "$stamp" >"$rig/$name.installed"
    else
        setup_unavailable+=("programs of $name   (see $rig/$name.log)")
    fi
}

install_quick() {
    mkdir -p "$rig"
    setup_programs openssl unshare=util-linux
    part tls install_tls "$programs/install.sh"
    part quick install_python_quick "$programs/python/quick.txt"
}

install_all() {
    setup_programs go=golang node=nodejs npm java=default-jdk-headless mvn=maven cargo php=php-cli \
        restic s3fs s4cmd ruby
    dpkg -s ruby-aws-sdk-core php-async-aws-core >/dev/null 2>&1 ||
        setup_apt ruby-aws-sdk-core php-async-aws-core
    part trust install_trust "$programs/install.sh"
    part python install_python "$programs/python/requirements.txt"
    part node install_node "$programs/node/package.json"
    part go install_go "$programs"/go/go.* "$programs"/go/*/*.go
    part java install_java "$programs/java/pom.xml" "$programs"/java/src/*
    part rust install_rust "$programs"/rust/Cargo.* "$programs"/rust/src/bin/*
}

# An authority that only the programs of a run trust, and its certificate for AWS's names.
install_tls() {
    mkdir -p "$rig/tls" && cd "$rig/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=tests of leapp' \
        -keyout ca.key -out ca.pem
    openssl req -newkey rsa:2048 -nodes -subj /CN=amazonaws.com -keyout key.pem -out request.pem
    local names="DNS:*.amazonaws.com,DNS:*.us-east-1.amazonaws.com"
    names+=",DNS:*.s3.amazonaws.com,DNS:*.s3.us-east-1.amazonaws.com"
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out cert.pem \
        -extfile <(printf 'subjectAltName=%s\n' "$names")
}

install_trust() {
    rm -f "$rig/tls/trust.p12"
    keytool -importcert -noprompt -alias tests -file "$rig/tls/ca.pem" -storetype PKCS12 \
        -storepass changeit -keystore "$rig/tls/trust.p12"
}

install_python_quick() {
    [[ -x $rig/python/bin/python ]] || "$(setup_find_python)" -m venv "$rig/python"
    "$rig/python/bin/python" -m pip install --quiet --disable-pip-version-check -r "$programs/python/quick.txt"
}

install_python() {
    "$rig/python/bin/python" -m pip install --quiet --disable-pip-version-check \
        -r "$programs/python/quick.txt" -r "$programs/python/requirements.txt"
}

# AWS's own AWS CLI 2 is a layer for Lambda inside an npm package.
install_node() {
    mkdir -p "$rig/node" && cp "$programs/node/package.json" "$rig/node/"
    npm install --prefix "$rig/node" --no-audit --no-fund
    local layer=$rig/node/node_modules/@aws-cdk/asset-awscli-v2/lib/layer.zip
    rm -rf "$rig/awscli2" && mkdir "$rig/awscli2"
    "$venv/bin/python" -m zipfile -e "$layer" "$rig/awscli2"
    chmod -R +x "$rig/awscli2"
    ln -s "$rig"/awscli2/awscli/v2/*/dist/aws "$rig/awscli2/aws"
}

install_go() {
    mkdir -p "$rig/go" && cd "$programs/go"
    local helper=github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/docker-credential-ecr-login
    go build -p 1 -o "$rig/go/" ./sdk1 ./sdk2 ./minio "$helper"
}

install_java() {
    mkdir -p "$rig/java" && cp -r "$programs/java/pom.xml" "$programs/java/src" "$rig/java/"
    cd "$rig/java"
    mvn --batch-mode compile dependency:copy-dependencies -DoutputDirectory="$rig/java/lib"
}

install_rust() {
    cd "$programs/rust"
    CARGO_TARGET_DIR=$rig/rust cargo build --locked
}
