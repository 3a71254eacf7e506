import { membersOf } from '../../lib/unknown.js';
import { flowTexts } from '../../pingone/flow-texts.js';
import { managementTexts as texts } from '../../pingone/management-texts.js';
import type { Connection } from './connection.js';
import { challenge, nothing } from './constants.js';
import { exchangeFacts } from './exchange-facts.js';
import type { Fact } from './fact.js';
import { directoryFacts, flowFacts } from './flow-facts.js';
import { envelope, listOf, oauthError, order, pageError, redirectedBy, redirectedError, refusal, refusedBy } from './observe.js';
import { flowAction, type Stage } from './stage.js';

const begin = ({ ofAuth }: Connection, { authorizeQuery }: Stage) =>
  ofAuth(`/as/authorize?${authorizeQuery({ ...challenge, response_mode: 'pi.flow' })}`);

/** An action of a new flow. */
const act = async (connection: Connection, stage: Stage, json: object, contentType = flowAction('usernamePassword.check')) => {
  const { body } = await begin(connection, stage);
  return connection.ofAuth(`/flows/${String(body.id)}`, { json, headers: { 'content-type': contentType } });
};

/** Facts that need an application and a user. */
const stageFacts: readonly Fact<Stage>[] = [
  {
    name: 'application.members',
    row: { section: 'management 3.9', begins: 'The answer for a web application' },
    evidence: 'documented',
    fact: 'the members of a new web application',
    expected: () =>
      '_links environment id name enabled hiddenFromAppPortal type protocol createdAt updatedAt clientId assignActorRoles responseTypes pkceEnforcement requestScopesForMultipleResourcesEnabled redirectUris deviceTimeout grantTypes idpSignoff additionalRefreshTokenReplayProtectionEnabled tokenEndpointAuthMethod parRequirement devicePollingInterval parTimeout signing',
    observe: async (_connection, { application }) => order(application.body),
  },
  {
    name: 'application.links',
    row: { section: 'management 3.9', begins: 'The answer for a web application' },
    evidence: 'documented',
    fact: 'its links',
    expected: () => 'self environment metadata attributes secret grants keyRotationPolicy',
    observe: async (_connection, { application }) => order(application.body._links),
  },
  {
    name: 'application.location',
    row: { section: 'management 1.4', begins: '`Location` with 201' },
    evidence: 'documented',
    fact: 'Location of the created item',
    expected: () => 'the address of the application',
    observe: async (_connection, { application: { headers, body } }) =>
      headers.get('location')?.endsWith(`/applications/${String(body.id)}`) ? 'the address of the application' : 'another one, or none',
  },
  {
    name: 'user.members',
    row: { section: 'management 6.4', begins: 'The members and their rules' },
    evidence: 'recorded',
    fact: 'the members of a new user',
    expected: () =>
      '_links id environment account createdAt email enabled identityProvider lifecycle mfaEnabled population updatedAt username verifyStatus',
    observe: async (_connection, { user }) => order(user.body),
  },
  {
    name: 'user.taken-name',
    row: { section: 'management 2.5', begins: 'A username that is taken' },
    evidence: 'recorded',
    fact: 'a username that is taken',
    expected: () => refusal(400, 'INVALID_DATA', [{ code: 'UNIQUENESS_VIOLATION', target: 'username', message: texts.notUnique.text }]),
    observe: async ({ ofApi }, { username, user }) =>
      envelope(await ofApi('/users', { json: { username, population: user.body.population } })),
  },
  {
    name: 'user.wrong-type',
    row: { section: 'management 2.5', begins: 'A missing member: `EMPTY_VALUE`' },
    evidence: 'recorded',
    fact: 'the code for a member of the wrong JSON type',
    expected: () => '400 INVALID_REQUEST',
    observe: async ({ ofApi }) => {
      const { status, body } = await ofApi('/users', { json: { username: 5 } });
      return `${status} ${String(body.code)}`;
    },
  },
  {
    name: 'management.wrong-media-type',
    row: { section: 'management 1.3', begins: 'The content type selects the action' },
    evidence: 'recorded',
    fact: 'the status of an unknown action',
    expected: () => '415',
    observe: async ({ ofApi }, { user }) => {
      const headers = { 'content-type': flowAction('password.nothing') };
      return String((await ofApi(`/users/${String(user.body.id)}/password`, { method: 'PUT', json: {}, headers })).status);
    },
  },
  {
    name: 'authorize.redirect-mismatch',
    row: { section: '3.6', begins: 'A redirect URI that does not match' },
    evidence: 'documented',
    fact: 'a redirect URI that is not registered',
    expected: () => refusal(302, 'INVALID_DATA', [{ code: 'INVALID_VALUE', target: 'redirect_uri', message: 'Redirect URI mismatch' }]),
    observe: async ({ ofAuth }, { authorizeQuery }) =>
      pageError(await ofAuth(`/as/authorize?${authorizeQuery({ ...challenge, redirect_uri: 'https://other.example.com/' })}`)),
  },
  {
    name: 'authorize.acr-values',
    row: { section: '3.5', begins: 'A policy in `acr_values`' },
    evidence: 'recorded',
    fact: 'a policy that is not assigned',
    expected: () => redirectedBy('acr_values_assigned'),
    observe: async ({ ofAuth }, { authorizeQuery }) =>
      redirectedError(await ofAuth(`/as/authorize?${authorizeQuery({ ...challenge, acr_values: 'Nothing' })}`)),
  },
  {
    name: 'authorize.prompt-none',
    row: { section: '3.5', begins: '`login_required` with the text' },
    evidence: 'recorded',
    fact: 'prompt=none without a session',
    expected: () => redirectedBy('signed_on'),
    observe: async ({ ofAuth }, { authorizeQuery }) =>
      redirectedError(await ofAuth(`/as/authorize?${authorizeQuery({ ...challenge, prompt: 'none' })}`)),
  },
  {
    name: 'authorize.no-challenge',
    row: { section: '9', begins: 'Errors at authorize: `invalid_request`' },
    evidence: 'inferred',
    fact: 'no code_challenge although the application requires it',
    expected: () => redirectedBy('challenge_present'),
    observe: async ({ ofAuth }, { authorizeQuery }) => redirectedError(await ofAuth(`/as/authorize?${authorizeQuery()}`)),
  },
  {
    name: 'authorize.plain-challenge',
    row: { section: '9', begins: 'Errors at authorize: `invalid_request`' },
    evidence: 'inferred',
    fact: 'a plain challenge although the application requires S256',
    expected: () => redirectedBy('method_is_s256', { got: 'plain' }),
    observe: async ({ ofAuth }, { authorizeQuery }) =>
      redirectedError(await ofAuth(`/as/authorize?${authorizeQuery({ ...challenge, code_challenge_method: 'plain' })}`)),
  },
  {
    name: 'authorize.no-challenge-of-pi-flow',
    row: { section: '9', begins: 'Under `pi.flow`, PKCE errors' },
    evidence: 'inferred',
    fact: 'no code_challenge under pi.flow',
    expected: () =>
      refusal(400, 'INVALID_DATA', [{ code: 'REQUIRED_VALUE', target: 'code_challenge', message: 'code_challenge is required' }]),
    observe: async ({ ofAuth }, { authorizeQuery }) =>
      envelope(await ofAuth(`/as/authorize?${authorizeQuery({ response_mode: 'pi.flow' })}`)),
  },
  {
    name: 'flow.members',
    row: { section: '4.1', begins: '`id`, `environment.id`' },
    evidence: 'documented',
    fact: 'the members of a flow that has begun',
    expected: () => '_links _embedded id environment resumeUrl status createdAt expiresAt',
    observe: async (connection, stage) => order((await begin(connection, stage)).body),
  },
  {
    name: 'flow.links',
    row: { section: '4.1', begins: 'Links are named for the allowed' },
    evidence: 'documented',
    fact: 'its links, with the environment’s own policy',
    expected: () => 'self usernamePassword.check password.forgot session.reset signOnPage',
    observe: async (connection, stage) => order((await begin(connection, stage)).body._links),
  },
  {
    name: 'flow.json',
    row: { section: '4.3', begins: '`application/json` is answered with 415' },
    evidence: 'recorded',
    fact: 'the status of an action in application/json',
    expected: () => '415',
    observe: async (connection, stage) => String((await act(connection, stage, {}, 'application/json')).status),
  },
  {
    name: 'flow.wrong-password',
    row: { section: '4.4', begins: 'Wrong username or password' },
    evidence: 'recorded',
    fact: 'a wrong password',
    expected: () => `400 INVALID_CREDENTIALS ${flowTexts.credentials.text}`,
    observe: async (connection, stage) => {
      const { status, body } = await act(connection, stage, { username: stage.username, password: 'wrong' });
      const [detail] = listOf(body.details).map(membersOf);
      return `${status} ${String(detail?.code)} ${String(detail?.message)}`;
    },
  },
  {
    name: 'flow.no-password',
    row: { section: '4.4', begins: 'A missing member: `EMPTY_VALUE`' },
    evidence: 'inferred',
    fact: 'a sign-on without a password',
    expected: () => '400 EMPTY_VALUE password',
    observe: async (connection, stage) => {
      const { status, body } = await act(connection, stage, { username: stage.username });
      const [detail] = listOf(body.details).map(membersOf);
      return `${status} ${String(detail?.code)} ${String(detail?.target)}`;
    },
  },
  {
    name: 'code.form',
    row: { section: '3.9', begins: 'Codes are version 4 UUIDs' },
    evidence: 'recorded',
    fact: 'the form of a code',
    expected: () => 'a version 4 UUID',
    observe: async (_connection, stage) =>
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test((await stage.signOn()).code)
        ? 'a version 4 UUID'
        : 'another one',
  },
  {
    name: 'token.members-of-a-user',
    row: { section: '5.3', begins: 'The members and their order' },
    evidence: 'recorded',
    fact: 'the members of the token answer to a code',
    expected: () => 'access_token token_type expires_in scope id_token',
    observe: async (_connection, stage) => {
      const { code, codeVerifier } = await stage.signOn();
      return order((await stage.redeem(code, codeVerifier)).body);
    },
  },
  {
    name: 'token.wrong-verifier',
    row: { section: '5.4', begins: 'A wrong verifier' },
    evidence: 'recorded',
    fact: 'a code_verifier that does not match',
    expected: () => refusedBy('verifier_matches_challenge', { using: 'S256' }),
    observe: async (_connection, stage) => oauthError(await stage.redeem((await stage.signOn()).code, 'b'.repeat(43))),
  },
  {
    name: 'token.no-verifier',
    row: { section: '5.4', begins: 'A missing verifier' },
    evidence: 'inferred',
    fact: 'no code_verifier',
    expected: () => refusedBy('verifier_present', { using: 'S256' }),
    observe: async (_connection, stage) => oauthError(await stage.redeem((await stage.signOn()).code, undefined)),
  },
  {
    name: 'token.used-code',
    row: { section: '5.4', begins: 'An unexpected verifier' },
    evidence: 'inferred',
    fact: 'a code used twice',
    expected: () => refusedBy('code_unused'),
    observe: async (_connection, stage) => {
      const { code, codeVerifier } = await stage.signOn();
      await stage.redeem(code, codeVerifier);
      return oauthError(await stage.redeem(code, codeVerifier));
    },
  },
  {
    name: 'token.unknown-code',
    row: { section: '5.4', begins: 'An unexpected verifier' },
    evidence: 'inferred',
    fact: 'a code that was never issued',
    expected: () => refusedBy('code_known'),
    observe: async (_connection, stage) => oauthError(await stage.redeem(nothing, 'b'.repeat(43))),
  },
];

/** All facts that need what the run creates and removes. */
export const writeFacts: readonly Fact<Stage>[] = [...stageFacts, ...flowFacts, ...directoryFacts, ...exchangeFacts];
