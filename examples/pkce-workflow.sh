#!/usr/bin/env bash
# PingOne's documented workflow "PKCE Authorization Code Flow", request by request, against pingone-mock.
# It walks the six steps twice: in the pi.flow form (JSON all the way) and in the redirect form (as a browser would).
# Every request and every answer is printed. Needs bash, curl, jq and openssl.
#
#   npm start                      # in one terminal
#   examples/pkce-workflow.sh      # in another
#
# The variables carry the names that PingOne's documentation uses.
set -euo pipefail

authPath=${authPath:-http://localhost:9400}
apiPath=${apiPath:-$authPath}
envID=${envID:-e0000000-0000-4000-8000-000000000001}
workerID=${workerID:-a0000000-0000-4000-8000-000000000001}
workerSecret=${workerSecret:-worker-secret}
username=${username:-alice}
password=${password:-Alice-Passw0rd}
redirectUri=https://www.example.com

headers=$(mktemp) cookies=$(mktemp)
trap 'rm -f "$headers" "$cookies"' EXIT

step() { printf '\n== %s\n' "$*"; }
fail() { printf '\nfailed: %s\n' "$*" >&2; exit 1; }

# Prints a request, sends it with curl and prints the answer; leaves status, location and body in variables.
# send METHOD URL [curl arguments...]
send() {
  local method=$1 url=$2
  shift 2
  printf '> %s %s\n' "$method" "$url"
  local shown=0 argument
  for argument in "$@"; do
    case $argument in
      --data | --data-urlencode | --header) shown=1 ;;
      *) [ $shown = 1 ] && printf '>   %s\n' "$argument"; shown=0 ;;
    esac
  done
  body=$(curl --silent --show-error --dump-header "$headers" --request "$method" "$url" "$@")
  status=$(awk 'NR == 1 { print $2 }' "$headers")
  location=$(awk 'tolower($1) == "location:" { sub(/\r$/, "", $2); print $2 }' "$headers")
  printf '< %s\n' "$status"
  [ -z "$location" ] || printf '< Location: %s\n' "$location"
  grep -i '^set-cookie:' "$headers" | tr -d '\r' | sed 's/^/< /' || true
  [ -z "$body" ] || { jq . <<<"$body" 2>/dev/null || printf '%s' "$body"; }
}
expect() { [ "$status" = "$1" ] || fail "expected status $1, got $status"; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
parameter() { sed -nE "s/.*[?&]$1=([^&#]*).*/\1/p" <<<"$2"; }
newPair() {
  codeVerifier=$(openssl rand 32 | base64url)
  codeChallenge=$(printf %s "$codeVerifier" | openssl dgst -sha256 -binary | base64url)
}
claims() { cut -d. -f2 <<<"$1" | tr -- '-_' '+/' | { read -r text; while [ $((${#text} % 4)) != 0 ]; do text="$text="; done; openssl base64 -d -A <<<"$text"; } | jq -c .; }

step 'Before: a worker token for the management API'
send POST "$authPath/$envID/as/token" --user "$workerID:$workerSecret" --data grant_type=client_credentials
expect 200
accessToken=$(jq -r .access_token <<<"$body")

step 'Step 1: create the application connection'
send POST "$apiPath/v1/environments/$envID/applications" --header "Authorization: Bearer $accessToken" --header 'Content-Type: application/json' --data '{
  "enabled": true, "name": "PKCE workflow", "type": "NATIVE_APP", "protocol": "OPENID_CONNECT",
  "grantTypes": ["AUTHORIZATION_CODE"], "responseTypes": ["CODE"], "redirectUris": ["'"$redirectUri"'"],
  "tokenEndpointAuthMethod": "NONE", "pkceEnforcement": "S256_REQUIRED" }'
expect 201
PKCEAppID=$(jq -r .id <<<"$body")
authorizeQuery() { printf 'response_type=code&client_id=%s&redirect_uri=%s&scope=openid&code_challenge=%s&code_challenge_method=S256' "$PKCEAppID" "$redirectUri" "$codeChallenge"; }

# The steps that both forms share.
submitCredentials() {
  step 'Step 4: submit user name and password'
  send POST "$authPath/$envID/flows/$flowID" --cookie-jar "$cookies" \
    --header 'Content-Type: application/vnd.pingidentity.usernamePassword.check+json' \
    --data "$(jq -nc --arg username "$username" --arg password "$password" '{ $username, $password }')"
  expect 200
  [ "$(jq -r .status <<<"$body")" = COMPLETED ] || fail 'the flow is not complete'
}
getTokens() {
  step 'Step 6: get the tokens'
  send POST "$authPath/$envID/as/token" --data grant_type=authorization_code --data "code=$authCode" \
    --data-urlencode "redirect_uri=$redirectUri" --data "client_id=$PKCEAppID" --data "code_verifier=$codeVerifier"
  expect 200
  printf 'claims of the ID token: %s\n' "$(claims "$(jq -r .id_token <<<"$body")")"
}

printf '\n######## pi.flow: the answers are JSON, nothing is redirected\n'
newPair
step 'Step 2: submit the authorize request'
send GET "$authPath/$envID/as/authorize?$(authorizeQuery)&response_mode=pi.flow"
expect 200
flowID=$(jq -r .id <<<"$body")
step 'Step 3: verify the flow'
send GET "$authPath/$envID/flows/$flowID"
expect 200
[ "$(jq -r .status <<<"$body")" = USERNAME_PASSWORD_REQUIRED ] || fail 'the flow waits for something else'
submitCredentials
step 'Step 5: call the resume endpoint'
send GET "$authPath/$envID/as/resume?flowId=$flowID" --cookie "$cookies"
expect 200
authCode=$(jq -r .authorizeResponse.code <<<"$body")
getTokens

printf '\n######## redirects: as a browser goes through it\n'
newPair
step 'Step 2: submit the authorize request'
send GET "$authPath/$envID/as/authorize?$(authorizeQuery)"
expect 302
flowID=$(parameter flowId "$location")
step 'Step 3: verify the flow'
send GET "$authPath/$envID/flows/$flowID"
expect 200
submitCredentials
step 'Step 5: call the resume endpoint'
send GET "$authPath/$envID/as/resume?flowId=$flowID" --cookie "$cookies"
expect 302
authCode=$(parameter code "$location")
getTokens

printf '\n######## and a refusal: the same code with another verifier\n'
newPair
send GET "$authPath/$envID/as/authorize?$(authorizeQuery)&response_mode=pi.flow"
flowID=$(jq -r .id <<<"$body")
submitCredentials
send GET "$authPath/$envID/as/resume?flowId=$flowID" --cookie "$cookies"
authCode=$(jq -r .authorizeResponse.code <<<"$body")
newPair
step 'The token request of a thief who has the code but not the verifier'
send POST "$authPath/$envID/as/token" --data grant_type=authorization_code --data "code=$authCode" \
  --data-urlencode "redirect_uri=$redirectUri" --data "client_id=$PKCEAppID" --data "code_verifier=$codeVerifier"
expect 400
[ "$(jq -r .error <<<"$body")" = invalid_grant ] || fail 'the thief got through'

printf '\nworkflow complete\n'
