#!/bin/sh
# Becomes Keycloak with the realm "leapp": its database in memory, its port the system's choice.
#
#   tests/idp/keycloak.sh KEYCLOAK 'ROLE,PROVIDER'
set -eu

here=$(dirname "$0")
mkdir -p "$1/data/import"
# ARNs have no character that sed or JSON would take for its own.
sed "s|\[GRANT\]|$2|" "$here/keycloak.json" >"$1/data/import/leapp.json"
exec "$1/bin/kc.sh" start-dev --import-realm --db=dev-mem --http-host=127.0.0.1 --http-port=0
