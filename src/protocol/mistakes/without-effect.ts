/** What a server accepts silently although the client meant something else. */
import type { Diagnosis } from './diagnosis.js';

/** An ID token from the authorization endpoint was asked for without a nonce. */
export const nonceMissing: Diagnosis = {
  code: 'nonce_missing',
  title: 'An ID token was requested in the front channel without a nonce',
  why: 'A client that requests response_type=id_token must send a nonce and compare it (OpenID Connect Core §3.2.2.1). Without one, an ID token from another sign-on can be substituted.',
  fix: 'Send a random nonce with each authorization request, and compare it with the one in the ID token. Better: use response_type=code with PKCE.',
  confidence: 'exact',
};

/** A revocation that changed nothing; `reason` is why. */
export const diagnoseNothingRevoked = (reason: string): Diagnosis => ({
  code: 'nothing_revoked',
  title: `Nothing was revoked: ${reason}`,
  why: 'The answer is 200 either way (RFC 7009 §2.2), so it does not show this.',
  fix: 'Send the token itself (not its id), with the client that it was issued to, while it is valid; to end a sign-on, revoke the refresh token.',
  confidence: 'exact',
});

/** A DaVinci flow was requested without the header that Ping's SDKs send. */
export const pingSdkHeaderMissing: Diagnosis = {
  code: 'ping_sdk_header_missing',
  title: 'The header X-Requested-With: ping-sdk is missing',
  why: 'PingOne answers a flow of DaVinci in JSON only with this header; without it, forms come as HTML with scripts. The mock has JSON alone.',
  fix: 'Send X-Requested-With: ping-sdk with the authorization request and with each form.',
  confidence: 'exact',
};

/** An application that uses DaVinci sends people to the sign-on page. */
export const davinciNodesNotShown: Diagnosis = {
  code: 'davinci_nodes_not_shown',
  title: 'The page asks for name and password, whatever the nodes of the flow policy say',
  why: 'PingOne would show the flow with a script of its own, which the mock does not have. The nodes are for clients that read JSON.',
  fix: 'Send response_mode=pi.flow and X-Requested-With: ping-sdk, as Ping’s SDKs do, to go through the nodes.',
  confidence: 'exact',
};
