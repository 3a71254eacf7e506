#!/usr/bin/env bash
# PingOne's use case "Impersonation" (OAuth 2.0 token exchange), as its page describes it, against pingone-mock: the resource server
# Address exchanges the token that XL Delivery sent for one of the resource server Buzzer, which sees the user alone.
#
#   npm start                                     # in one terminal
#   examples/token-exchange-impersonation.sh      # in another
source "$(dirname "$0")/token-exchange.sh"

step 'The configuration'
resource Address https://api.example.com/a a.crud; address=$resourceID addressScope=$scopeID
resource Buzzer https://api.example.com/b b.read; buzzer=$resourceID buzzerScope=$scopeID
attribute "$buzzer" sub '#root.context.requestData.subjectToken.sub'
application 'XL Delivery' '["AUTHORIZATION_CODE"]' "$address" "$addressScope"; delivery=$applicationID deliverySecret=$applicationSecret
application 'Address Token Exchange' '["TOKEN_EXCHANGE"]' "$buzzer" "$buzzerScope"; exchanger=$applicationID exchangerSecret=$applicationSecret

step '1 to 4: the user signs on to XL Delivery, which gets an access token for Address'
signOn "$delivery" "$deliverySecret" 'openid a.crud'
show user "$userToken"

step '8 to 11: Address exchanges it for an access token for Buzzer'
exchange "$exchanger" "$exchangerSecret" b.read "$userToken"
show exchanged "$exchanged"
