#!/usr/bin/env bash
# The main job, on real programs: a command runs as the role at the end of a chain.
#
# A local AWS with IAM enforcement gets a user and two roles in two accounts, made with the real
# AWS CLI. leapp gets one session for each, and runs a command as the last. Everything happens in
# a temporary directory, which is gone at the end. Your own AWS configuration is not looked at.
#
#   tests/demo.sh            LEAPP_BIN_DIR=/usr/local/bin tests/demo.sh  (instead of building)
set -euo pipefail
# shellcheck source=tests/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

account_1=111122223333
account_2=444455556666
r1_arn=arn:aws:iam::$account_1:role/R1
r2_arn=arn:aws:iam::$account_2:role/R2

main() {
    prepare
    start_aws
    create_identities
    define_sessions
    run_as_r2
}

heading() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }

# Shows a command as one would type it, then runs it.
run() {
    printf '%s$%s' "$bold" "$plain"
    printf ' %s' "$@"
    printf '\n'
    "$@"
}

prepare() {
    bold='' plain=''
    if [[ -t 1 && -z ${NO_COLOR-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi
    setup_programs age-keygen=age
    setup_python
    setup_report
    if [[ ${#setup_unavailable[@]} -gt 0 ]]; then exit 1; fi
    local bin=${LEAPP_BIN_DIR-}
    if [[ -z $bin ]]; then
        (cd "$root" && cargo build --locked)
        bin=${CARGO_TARGET_DIR:-$root/target}/debug
    fi

    temp=$(mktemp -d)
    trap 'rm -rf "$temp"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    # Nothing of the user's own settings reaches the demo.
    local variable
    for variable in "${!AWS_@}" "${!LEAPP_@}" "${!XDG_@}" DBUS_SESSION_BUS_ADDRESS; do
        unset "$variable"
    done
    export HOME=$temp/home PATH=$bin:$venv/bin:$PATH AWS_PAGER='' NO_PROXY=127.0.0.1
    mkdir -p "$HOME"
    cd "$HOME"
}

# The server lives until its standard input closes: with this script, however that ends.
start_aws() {
    mkfifo "$temp/alive" "$temp/ready"
    "$venv/bin/python" -B "$root/tests/aws/server.py" \
        --account "$account_1" --account "$account_2" <"$temp/alive" >"$temp/ready" &
    exec 9>"$temp/alive"
    local ready
    read -r ready <"$temp/ready"
    AWS_ENDPOINT_URL=$(field "$ready" url)
    export AWS_ENDPOINT_URL
    local account
    for account in "$account_1" "$account_2"; do
        printf '[admin-%s]\nregion = eu-west-1\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
            "$account" "$(field "$ready" admins "$account" access_key_id)" \
            "$(field "$ready" admins "$account" secret_access_key)"
    done >"$temp/admins"
}

# One field of a JSON text: field JSON KEY...
field() {
    "$venv/bin/python" -c '
import functools, json, sys
print(functools.reduce(lambda value, key: value[key], sys.argv[2:], json.loads(sys.argv[1])))' "$@"
}

create_identities() {
    heading "An administrator of each account creates the user U1 and the roles R1 and R2"
    export AWS_SHARED_CREDENTIALS_FILE=$temp/admins
    local admin_1=(aws --profile "admin-$account_1" iam)
    local admin_2=(aws --profile "admin-$account_2" iam)
    trust "arn:aws:iam::$account_1:root" >trust-account.json
    trust "$r1_arn" >trust-r1.json
    may_assume "$r1_arn" >may-assume-r1.json
    may_assume "$r2_arn" >may-assume-r2.json

    # What they answer is not the story; it is kept for when something fails.
    {
        run "${admin_1[@]}" create-user --user-name u1
        run "${admin_1[@]}" put-user-policy --user-name u1 --policy-name assume-r1 \
            --policy-document file://may-assume-r1.json
        run "${admin_1[@]}" create-role --role-name R1 \
            --assume-role-policy-document file://trust-account.json
        run "${admin_1[@]}" put-role-policy --role-name R1 --policy-name assume-r2 \
            --policy-document file://may-assume-r2.json
        run "${admin_2[@]}" create-role --role-name R2 \
            --assume-role-policy-document file://trust-r1.json
    } | grep '^[^ {}]'
    read -r access_key_id secret_access_key < <("${admin_1[@]}" create-access-key \
        --user-name u1 --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
    unset AWS_SHARED_CREDENTIALS_FILE
}

trust() { policy "\"Principal\": {\"AWS\": \"$1\"}"; }
may_assume() { policy "\"Resource\": \"$1\""; }
policy() {
    printf '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", %s, %s}]}\n' \
        '"Action": "sts:AssumeRole"' "$1"
}

define_sessions() {
    heading "Three sessions; the secret goes into an age-encrypted file"
    run age-keygen -o identity.txt 2>/dev/null
    run export LEAPP_SECRETS=file LEAPP_IDENTITY_FILE="$PWD/identity.txt"
    run leapp add user u1 --access-key-id "$access_key_id" --secret-access-key - \
        --region eu-west-1 <<<"$secret_access_key"
    run leapp add chained r1 --role-arn "$r1_arn" --assumer-session u1
    run leapp add chained r2 --role-arn "$r2_arn" --assumer-session r1
    run leapp list
}

run_as_r2() {
    heading "U1 becomes R1, R1 becomes R2 in the other account, and R2 runs the command"
    run leapp-exec r2 -- aws sts get-caller-identity | tee identity.json
    local seen
    seen=$(field "$(sed 1d identity.json)" Arn)
    if [[ $seen != "arn:aws:sts::$account_2:assumed-role/R2/"* ]]; then
        echo "expected R2 of account $account_2, but got $seen" >&2
        exit 1
    fi
    heading "That was R2. What to try next"
    cat <<-'NEXT'
		leapp add                        # asks for a session of your own
		leapp-exec ALIAS                 # a shell in which every AWS program is that session
		eval "$(leapp env ALIAS)"        # or switch the shell you are in
	NEXT
}

main
