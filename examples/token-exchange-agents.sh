#!/usr/bin/env bash
# A chain of agents, with the mappings of Ping's agent-chaining integration, against pingone-mock: a support agent acts for the user, and a
# gateway acts for the agent. Each hop is one token exchange; `act` nests who acted before.
#
#   npm start                              # in one terminal
#   examples/token-exchange-agents.sh      # in another
source "$(dirname "$0")/token-exchange.sh"

# The user's identity goes through; an application that asks for itself has none.
subject='(#root.context.requestData.grantType == "client_credentials") ? "no-subject" : #root.context.requestData.subjectToken.sub'
actor='(#root.context.requestData.grantType == "client_credentials")?"noActor":((#root.context.requestData.subjectToken.may_act.sub == #root.context.requestData.actorToken.client_id)?{"sub":#root.context.requestData.actorToken.client_id,"act":#root.context.requestData.subjectToken.act}:null)'

step 'The configuration'
resource 'Order Status Server' order-status-server order:read; orders=$resourceID ordersScope=$scopeID
attribute "$orders" sub "$subject"
attribute "$orders" act "$actor" required
application 'Gateway Extension' '["CLIENT_CREDENTIALS", "TOKEN_EXCHANGE"]' "$orders" "$ordersScope"; gateway=$applicationID gatewaySecret=$applicationSecret
resource 'Agent Gateway' agent-gateway agent:invoke; hub=$resourceID hubScope=$scopeID
attribute "$hub" sub "$subject"
attribute "$hub" act "$actor" required
attribute "$hub" may_act "{\"sub\":\"$gateway\"}"
attribute "$hub" grant_type '#root.context.requestData.grantType'
application 'Support Agent' '["CLIENT_CREDENTIALS", "TOKEN_EXCHANGE"]' "$hub" "$hubScope"; agent=$applicationID agentSecret=$applicationSecret
resource 'Support Agent' support-agent support-agent:invoke; front=$resourceID frontScope=$scopeID
attribute "$front" may_act "{\"sub\":\"$agent\"}"
attribute "$front" grant_type '#root.context.requestData.grantType'
application 'Chat' '["AUTHORIZATION_CODE"]' "$front" "$frontScope"; chat=$applicationID chatSecret=$applicationSecret

step 'The user signs on to the chat'
signOn "$chat" "$chatSecret" 'openid support-agent:invoke'
show user "$userToken"

step 'The agent exchanges: it acts for the user'
ownToken "$agent" "$agentSecret" agent:invoke
show agent "$actorToken"
exchange "$agent" "$agentSecret" agent:invoke "$userToken" "$actorToken"
first=$exchanged
show first "$first"

step 'The gateway exchanges: it acts for the agent, which acted for the user'
ownToken "$gateway" "$gatewaySecret" order:read
show gateway "$actorToken"
exchange "$gateway" "$gatewaySecret" order:read "$first" "$actorToken"
show second "$exchanged"
