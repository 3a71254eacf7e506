import { nearest } from '../lib/nearest.js';
import {
  checkPrompt,
  checkResponseMode,
  checkResponseType,
  defaultResponseMode,
  parseResponseType,
  words,
} from '../protocol/authorization-request.js';
import { type Check, check, decide, failed } from '../protocol/check.js';
import type { Client } from '../protocol/client.js';
import { type Diagnosis, diagnoseChallengeRequest, diagnoseRedirectUri, diagnoseRule } from '../protocol/mistakes/index.js';
import { matchRedirectUri } from '../protocol/redirect-uri.js';

/** The result for one part of an authorization request. */
export interface Finding {
  readonly parameter: string;
  readonly outcome: 'good' | 'warning' | 'fault';
  readonly text: string;
  readonly diagnosis?: Diagnosis | undefined;
}

const good = (parameter: string, text: string): Finding => ({ parameter, outcome: 'good', text });
const warning = (parameter: string, text: string): Finding => ({ parameter, outcome: 'warning', text });
const invalid = (parameter: string, diagnosis: Diagnosis): Finding => ({ parameter, outcome: 'fault', text: diagnosis.title, diagnosis });

const ofChecks = (parameter: string, checks: readonly Check[], right: string): Finding => {
  const check = failed(checks);
  return check ? invalid(parameter, diagnoseRule(check)) : good(parameter, right);
};

const known = [
  'client_id',
  'response_type',
  'response_mode',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'acr_values',
  'login_hint',
  'login_hint_token',
  'request',
  'request_uri',
  'resource',
  'code_challenge',
  'code_challenge_method',
  'id_token_hint',
  'mobilePayload',
];

/** Parameters that occur twice, and unknown ones. */
export function explainNames(parameters: URLSearchParams): Finding[] {
  const names = [...new Set(parameters.keys())];
  return names.flatMap((name) => {
    if (parameters.getAll(name).length > 1) return [invalid(name, diagnoseRule(check('authorize_parameter_once', false, { got: name })))];
    if (known.includes(name)) return [];
    return [warning(name, `PingOne has no such parameter; did you mean ${nearest(name, known)}?`)];
  });
}

/** The redirect_uri. The client is undefined if no seed has it. */
export function explainTarget(parameters: URLSearchParams, client: Client | undefined): Finding[] {
  const redirectUri = parameters.get('redirect_uri') || undefined;
  if (redirectUri === undefined)
    return [
      parameters.get('response_mode') === 'pi.flow'
        ? good('redirect_uri', 'not needed with pi.flow')
        : invalid('redirect_uri', diagnoseRule(check('redirect_uri_present', false))),
    ];
  if (client) {
    const matched = matchRedirectUri(redirectUri, client.redirectUris, { wildcards: client.wildcardRedirectUris });
    if (matched === undefined) return [invalid('redirect_uri', diagnoseRedirectUri({ got: redirectUri, expected: client.redirectUris }))];
    return [good('redirect_uri', matched === redirectUri ? 'registered' : `registered, as ${matched}`)];
  }
  if (redirectUri.includes('#'))
    return [invalid('redirect_uri', diagnoseRedirectUri({ got: redirectUri, expected: [redirectUri.split('#')[0] as string] }))];
  if (!URL.canParse(redirectUri)) return [warning('redirect_uri', 'not an absolute URI')];
  if (/^http:\/\/(?!localhost[:/]|127\.|\[::1\])/.test(redirectUri))
    return [warning('redirect_uri', 'http on a host other than localhost: the code travels unencrypted')];
  return [good('redirect_uri', 'well formed (to check that it is registered, give a seed with --config)')];
}

function explainPkce(parameters: URLSearchParams, client: Client): Finding[] {
  const challenge = parameters.get('code_challenge') || undefined;
  const method = parameters.get('code_challenge_method') || undefined;
  const diagnosis = diagnoseChallengeRequest({ challenge, method, enforcement: client.pkceEnforcement });
  if (diagnosis) return [invalid('code_challenge', diagnosis)];
  if (challenge === undefined) return [warning('code_challenge', 'missing: without PKCE, a stolen code can be redeemed')];
  if (method !== 'S256')
    return [
      warning(
        'code_challenge',
        `the method is plain${method === undefined ? ' (the default)' : ''}: anyone who sees this URL knows the verifier`,
      ),
    ];
  return [good('code_challenge', 'S256, 43 characters')];
}

/** Everything except client_id, redirect_uri and scope, checked against the standards. */
export function explainRequest(parameters: URLSearchParams, client: Client): Finding[] {
  const get = (name: string) => parameters.get(name) || undefined;
  const types = parseResponseType(get('response_type')) ?? [];
  const findings = [
    ofChecks('response_type', decide(checkResponseType(get('response_type'), client)).checks, types.join(' ')),
    ...(get('response_mode') === undefined
      ? []
      : [
          ofChecks(
            'response_mode',
            decide(checkResponseMode(get('response_mode'), types)).checks,
            get('response_mode') ?? defaultResponseMode(types),
          ),
        ]),
    ...(types.includes('code') ? explainPkce(parameters, client) : []),
    ...(get('prompt') === undefined && get('max_age') === undefined
      ? []
      : [ofChecks('prompt', checkPrompt(get('prompt'), get('max_age')), [get('prompt'), get('max_age')].filter(Boolean).join(', '))]),
  ];
  if (types.length > 0 && !types.includes('code'))
    findings.push(warning('response_type', 'tokens in the URL: use response_type=code with PKCE (RFC 9700 §2.1.2)'));
  if (get('state') === undefined) findings.push(warning('state', 'missing: another site could inject its own code into your callback'));
  if (types.includes('id_token') && get('nonce') === undefined)
    findings.push(warning('nonce', 'missing: a front-channel ID token needs one (OpenID Connect Core §3.2.2.1)'));
  if (get('scope') !== undefined && !words(get('scope')).includes('openid'))
    findings.push(warning('scope', 'without openid there will be no ID token'));
  return findings;
}
