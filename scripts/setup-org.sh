#!/usr/bin/env bash
# Installs the package into an org with the Salesforce CLI, and gives out its permission sets. Prints each command before
# it runs it, and can be run again at any time: what is there already is left as it is.
#
#   scripts/setup-org.sh --org ALIAS [--relay-user USERNAME] [--package 04t…] [--examples] [--diagnosis]
#
#   --org         alias or username of the org, as `sf org list` shows it
#   --relay-user  the integration user; it must exist
#   --package     id of a package version to install; without it the source is deployed
#   --examples    deploys the sample mapping rows, the sample flow and the sample channel too
#   --diagnosis   lets the integration user look into Setup, for `relay doctor`
set -euo pipefail

here="$(cd "$(dirname "$0")/.." && pwd)"
org=""
relay_user=""
package=""
examples=false
diagnosis=false

usage() {
  sed -n '2,11s/^# \{0,1\}//p' "$0"
}

while [ $# -gt 0 ]; do
  case "$1" in
    --org) org="${2:?--org needs an alias}"; shift 2 ;;
    --relay-user) relay_user="${2:?--relay-user needs a username}"; shift 2 ;;
    --package) package="${2:?--package needs an id}"; shift 2 ;;
    --examples) examples=true; shift ;;
    --diagnosis) diagnosis=true; shift ;;
    --help | -h) usage; exit 0 ;;
    *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
done
if [ -z "$org" ]; then
  echo "--org is missing: name the org, as \`sf org list\` shows it." >&2
  exit 2
fi
if ! command -v sf >/dev/null; then
  echo "The Salesforce CLI is not installed: https://developer.salesforce.com/tools/salesforcecli" >&2
  exit 1
fi

run() {
  echo "+ $*"
  "$@"
}

# Whether the user has the permission set: assigning it twice is an error.
has() {
  local soql="SELECT Id FROM PermissionSetAssignment WHERE PermissionSet.Name = '$1' AND Assignee.Username = '$2'"
  sf data query --target-org "$org" --query "$soql" --json | tr -d ' \n' | grep -q '"totalSize":[1-9]'
}

assign() {
  if has "$1" "$2"; then
    echo "= $2 has the permission set $1"
  else
    run sf org assign permset --target-org "$org" --name "$1" --on-behalf-of "$2"
  fi
}

cd "$here"
if [ -n "$package" ]; then
  run sf package install --target-org "$org" --package "$package" --wait 30 --no-prompt
else
  run sf project deploy start --target-org "$org" --source-dir sfdx/main --wait 30
fi
if [ "$examples" = true ]; then
  run sf project deploy start --target-org "$org" --source-dir sfdx/examples --wait 30
fi

admin="$(sf org display --target-org "$org" --json | tr -d '\n' | sed -n 's/.*"username": *"\([^"]*\)".*/\1/p')"
assign OneSignal_Admin "$admin"
if [ -n "$relay_user" ]; then
  assign OneSignal_Relay "$relay_user"
  if [ "$diagnosis" = true ]; then
    assign OneSignal_Diagnosis "$relay_user"
  fi
fi

cat <<'TEXT'

What only Setup can do now (docs/install.md, step by step):
  1. an External Client App with client credentials or JWT bearer for the integration user;
  2. Lead Settings: Require Validation for Converted Leads;
  3. the OneSignal fields on your page layouts, and the permission set “OneSignal Viewer” for whoever wants to see them;
  4. the action “Resync with OneSignal” on your page layouts and list views.
Then, where the relay runs: npm run relay -- doctor
TEXT
