#!/usr/bin/env bash
# PingOne's use case "Delegation" (OAuth 2.0 token exchange), as its page describes it, against pingone-mock: the resource server
# Goodies asks the resource server DoB on behalf of a user of Yankee Coffee, and DoB sees both. Whether Goodies may act is decided by
# the mapping of `act`, and by nothing else.
#
#   npm start                                  # in one terminal
#   examples/token-exchange-delegation.sh      # in another
source "$(dirname "$0")/token-exchange.sh"

step 'The configuration'
resource DoB https://api.example.com/d d.read; dob=$resourceID dobScope=$scopeID
attribute "$dob" sub '#root.context.requestData.subjectToken.sub'
attribute "$dob" act '(#root.context.requestData.grantType == "client_credentials")?"noActor":((#root.context.requestData.subjectToken.may_act.sub == #root.context.requestData.actorToken.client_id)?#root.context.requestData.subjectToken.may_act:null)' required
application 'Goodies Token Exchange' '["CLIENT_CREDENTIALS", "TOKEN_EXCHANGE"]' "$dob" "$dobScope"; exchanger=$applicationID exchangerSecret=$applicationSecret
resource Goodies https://api.example.com/g g.crud; goodies=$resourceID goodiesScope=$scopeID
# The page leaves sub at User ID, but prints an address and p1.userId: what follows is the configuration that gives what it prints.
attribute "$goodies" sub 'user.email'
attribute "$goodies" may_act "{\"sub\": \"$exchanger\"}"
application 'Yankee Coffee' '["AUTHORIZATION_CODE"]' "$goodies" "$goodiesScope"; coffee=$applicationID coffeeSecret=$applicationSecret

step '1 to 4: the user signs on to Yankee Coffee, which gets an access token for Goodies'
signOn "$coffee" "$coffeeSecret" 'openid g.crud'
show user "$userToken"

step '8 and 9: Goodies gets a token of its own for DoB'
ownToken "$exchanger" "$exchangerSecret" d.read
show actor "$actorToken"

step '10 to 13: Goodies exchanges both for an access token for DoB'
exchange "$exchanger" "$exchangerSecret" d.read "$userToken" "$actorToken"
show exchanged "$exchanged"

step 'And an actor that may_act does not name is refused'
attribute "$goodies" may_act '{"sub": "somebody-else"}'
signOn "$coffee" "$coffeeSecret" 'openid g.crud'
if exchange "$exchanger" "$exchangerSecret" d.read "$userToken" "$actorToken"; then echo 'failed: it was accepted' >&2; exit 1; fi
