#!/usr/bin/env bash
# Makes the key and the certificate for the JWT bearer login: the certificate goes into the External Client App, the key
# to the relay. Takes a folder (default: the current one), and never overwrites anything.
set -euo pipefail

folder="${1:-.}"
days="${CERTIFICATE_DAYS:-730}"
key="$folder/relay.key"
certificate="$folder/relay.crt"

if ! command -v openssl >/dev/null; then
  echo "openssl is not installed: install it, or make an RSA key of 2048 bits and its certificate with another tool." >&2
  exit 1
fi
for file in "$key" "$certificate"; do
  if [ -e "$file" ]; then
    echo "$file is there already: move it away first, or name another folder." >&2
    exit 1
  fi
done

mkdir -p "$folder"
umask 077
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days "$days" -subj "/CN=OneSignal for Salesforce relay" \
  -keyout "$key" -out "$certificate" 2>/dev/null
chmod 644 "$certificate"
echo "$certificate: upload it to the External Client App (valid for $days days)."
echo "$key: give it to the relay as SALESFORCE_PRIVATE_KEY_FILE, and to nobody else."
