#!/bin/bash
# The demo's settings and the admin's password, as far as they decide whether an installation ends well. Its certificates are
# not made: OpenSearch does not start with these settings. A password's likelihood of being guessed is not looked at.
set -euo pipefail

settings=/etc/opensearch/opensearch.yml
users=/etc/opensearch/opensearch-security/internal_users.yml
password=${OPENSEARCH_INITIAL_ADMIN_PASSWORD:-}

if grep -q '^plugins\.security' "$settings"; then
  echo "$settings seems to be already configured for Security. Quit."
  exit 0
fi
if grep -q 'VcCDgh2NDk07JGN0rjGbM' "$users"; then
  if [ -z "$password" ]; then
    echo 'No custom admin password found. Please provide a password via the environment variable OPENSEARCH_INITIAL_ADMIN_PASSWORD.'
    exit 1
  fi
  if [ "${#password}" -lt 8 ] || [[ $password != *[A-Z]* || $password != *[a-z]* || $password != *[0-9]* || $password != *[^a-zA-Z0-9]* ]]; then
    echo 'Password failed validation: "Weak password". Please re-try with a minimum 8 character password and must contain at least one uppercase letter, one lowercase letter, one digit, and one special character that is strong.'
    exit 1
  fi
fi
echo 'Admin password set successfully.'
echo '######## Start OpenSearch Security Demo Configuration ########' >>"$settings"
for layer in transport http; do
  for file in pemcert_filepath:esnode.pem pemkey_filepath:esnode-key.pem pemtrustedcas_filepath:root-ca.pem; do
    echo "plugins.security.ssl.$layer.${file%%:*}: ${file#*:}" >>"$settings"
  done
done
echo 'plugins.security.ssl.http.enabled: true' >>"$settings"
