# What the examples token-exchange-*.sh share; they read it with `source`. Needs bash, curl, jq and openssl.
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

accessType=urn:ietf:params:oauth:token-type:access_token
as=$authPath/$envID/as
api=$apiPath/v1/environments/$envID
made=()

step() { printf '\n== %s\n' "$*"; }
ask() { curl --silent --show-error --fail-with-body "$@" || { echo >&2; return 1; }; }
worker=$(ask "$as/token" --user "$workerID:$workerSecret" --data grant_type=client_credentials | jq -r .access_token)
call() { ask --request "$1" "$api/$2" --header "Authorization: Bearer $worker" --header 'Content-Type: application/json' "${@:3}"; }

# Removes what the example made, the newest first.
cleanUp() { local at; for ((at = ${#made[@]} - 1; at >= 0; at--)); do call DELETE "${made[at]}" >/dev/null || true; done; }
trap cleanUp EXIT

# resource NAME AUDIENCE SCOPE -> resourceID, scopeID
resource() {
  resourceID=$(call POST resources --data "$(jq -n --arg name "$1" --arg audience "$2" '$ARGS.named')" | jq -r .id)
  made+=("resources/$resourceID")
  scopeID=$(call POST "resources/$resourceID/scopes" --data "$(jq -n --arg name "$3" '$ARGS.named')" | jq -r .id)
  printf 'resource %s %s\n' "$1" "$resourceID"
}

# attribute RESOURCE NAME EXPRESSION [required]: as the console's Advanced Expressions; the API wants ${…} around it
attribute() {
  local body id
  body=$(jq -n --arg name "$2" --arg value "\${$3}" --argjson required "$([ "${4:-}" = required ] && echo true || echo false)" '$ARGS.named')
  id=$(call GET "resources/$1/attributes" | jq -r --arg name "$2" '._embedded.attributes[] | select(.name == $name).id')
  if [ -n "$id" ]; then call PUT "resources/$1/attributes/$id" --data "$body"; else call POST "resources/$1/attributes" --data "$body"; fi >/dev/null
  printf 'attribute %s = %s\n' "$2" "$3"
}

# application NAME GRANT_TYPES_AS_JSON RESOURCE SCOPE -> applicationID, applicationSecret
application() {
  local body
  body=$(jq -n --arg name "$1" --argjson grantTypes "$2" --arg redirectUri "$redirectUri" '{
    $name, enabled: true, type: "WEB_APP", protocol: "OPENID_CONNECT", $grantTypes, tokenEndpointAuthMethod: "CLIENT_SECRET_BASIC"
  } + if ($grantTypes | index("AUTHORIZATION_CODE")) then {redirectUris: [$redirectUri], responseTypes: ["CODE"]} else {} end')
  applicationID=$(call POST applications --data "$body" | jq -r .id)
  made+=("applications/$applicationID")
  applicationSecret=$(call GET "applications/$applicationID/secret" | jq -r .secret)
  call POST "applications/$applicationID/grants" \
    --data "$(jq -n --arg resource "$3" --arg scope "$4" '{resource: {id: $resource}, scopes: [{id: $scope}]}')" >/dev/null
  printf 'application %s %s\n' "$1" "$applicationID"
}

claims() { cut -d. -f2 <<<"$1" | tr -- '-_' '+/' | { read -r text; while [ $((${#text} % 4)) != 0 ]; do text="$text="; done; openssl base64 -d -A <<<"$text"; } | jq -c .; }

# show NAME TOKEN: prints the payload of a token
show() { printf 'token %s %s\n' "$1" "$(claims "$2")"; }

# signOn CLIENT SECRET SCOPE -> userToken: the user signs on (in the pi.flow form), and the code is redeemed
signOn() {
  local flow code
  flow=$(ask --get "$as/authorize" --data-urlencode "scope=$3" --data "response_type=code&client_id=$1&response_mode=pi.flow" \
    --data-urlencode "redirect_uri=$redirectUri" | jq -r .id)
  ask "$authPath/$envID/flows/$flow" --header 'Content-Type: application/vnd.pingidentity.usernamePassword.check+json' \
    --data "$(jq -n --arg username "$username" --arg password "$password" '$ARGS.named')" >/dev/null
  code=$(ask "$as/resume?flowId=$flow" | jq -r .authorizeResponse.code)
  userToken=$(ask "$as/token" --user "$1:$2" --data grant_type=authorization_code --data "code=$code" \
    --data-urlencode "redirect_uri=$redirectUri" | jq -r .access_token)
}

# ownToken CLIENT SECRET SCOPE -> actorToken
ownToken() { actorToken=$(ask "$as/token" --user "$1:$2" --data grant_type=client_credentials --data "scope=$3" | jq -r .access_token); }

# exchange CLIENT SECRET SCOPE SUBJECT_TOKEN [ACTOR_TOKEN] -> exchanged; prints the answer without its token
exchange() {
  local form=(--data grant_type=urn:ietf:params:oauth:grant-type:token-exchange --data "scope=$3" --data "subject_token=$4"
    --data "subject_token_type=$accessType" --data "requested_token_type=$accessType") answer
  [ $# -lt 5 ] || form+=(--data "actor_token=$5" --data "actor_token_type=$accessType")
  answer=$(ask "$as/token" --user "$1:$2" "${form[@]}" 2>/dev/null) || { printf 'refused %s\n' "$answer"; return 1; }
  exchanged=$(jq -r .access_token <<<"$answer")
  printf 'answer %s\n' "$(jq -c '.access_token = "eyJ…"' <<<"$answer")"
}
