import { createRandom } from '../../lib/random.js';
import { membersOf } from '../../lib/unknown.js';
import { s256 } from '../../protocol/pkce.js';
import type { Answer, Connection } from './connection.js';
import { type ExchangeStage, makeExchangeStage, type Tools } from './exchange-stage.js';
import { NotAsked } from './not-asked.js';
import { envelope, listOf } from './observe.js';

/** The redirect URI of a run's application; nothing needs to listen there. */
export const redirectUri = 'https://app.example.com/callback';

/** What a run has made in the tenant, for facts that need an application and a user. */
export interface Stage extends Tools {
  /** A resource with mappings, an application that exchanges tokens, and a trusted issuer: made when a fact first needs them. */
  exchanges(): Promise<ExchangeStage>;
  /** A device authorization by an application of its own: made when a fact first needs it. */
  device(): Promise<{ readonly clientId: string; readonly answer: Answer }>;
  /** What the application was made with. */
  readonly webApplication: object;
  /** The answers to their creation. */
  readonly application: Answer;
  readonly user: Answer;
  readonly username: string;
  readonly password: string;
  /** A query of the application for /as/authorize; undefined leaves a parameter out. */
  authorizeQuery(parameters?: Readonly<Record<string, string | undefined>>): string;
  /** Redeems a code; undefined leaves the verifier out. */
  redeem(code: string, codeVerifier: string | undefined): Promise<Answer>;
}

const idOf = ({ body }: Answer): string => String(body.id);

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The cookies of an answer, as a browser would send them back. */
const cookiesOf = ({ headers }: Answer): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');

export const flowAction = (action: string): string => `application/vnd.pingidentity.${action}+json`;

/**
 * Makes an application and a user of its own, runs `work` with them and removes both, whatever happens in between.
 * `onLeft` gets the names of what could not be removed.
 */
export async function withStage(
  connection: Connection,
  work: (stage: Stage) => Promise<void>,
  onLeft: (what: string) => void,
): Promise<void> {
  const { ofApi, ofAuth, hide } = connection;
  const random = createRandom();
  const name = `pingone-mock-verify-${random.text(12, alphabet)}`;
  // No letter twice: policies refuse passwords that repeat one.
  const password = `V7!${[...new Set(random.text(60, alphabet))].join('')}Q`;
  hide(name, '{name}');
  hide(password, '{secret}');
  const made: { what: string; path: string }[] = [];
  const create = async (what: string, path: string, json: object) => {
    const answer = await ofApi(path, { json });
    if (answer.status !== 201) throw new NotAsked(`the ${what} of the run could not be created: ${envelope(answer)}`);
    made.push({ what: `the ${what} ${name}`, path: `${path}/${idOf(answer)}` });
    return answer;
  };
  try {
    const webApplication = {
      name,
      enabled: true,
      type: 'WEB_APP',
      protocol: 'OPENID_CONNECT',
      grantTypes: ['AUTHORIZATION_CODE'],
      responseTypes: ['CODE'],
      redirectUris: [redirectUri],
      pkceEnforcement: 'S256_REQUIRED',
      tokenEndpointAuthMethod: 'NONE',
    };
    const application = await create('application', '/applications', webApplication);
    const populations = listOf(membersOf((await ofApi('/populations?limit=1')).body._embedded).populations).map(membersOf);
    const user = await create('user', '/users', { username: name, email: `${name}@example.com`, population: { id: populations[0]?.id } });
    const set = await ofApi(`/users/${idOf(user)}/password`, {
      method: 'PUT',
      json: { value: password },
      headers: { 'content-type': flowAction('password.set') },
    });
    if (set.status !== 200) throw new NotAsked(`the password of the user could not be set: ${envelope(set)}`);

    const clientId = idOf(application);
    const authorizeQuery: Stage['authorizeQuery'] = (parameters = {}) => {
      const standard = { client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: 'openid' };
      const all = Object.entries({ ...standard, ...parameters }).filter((pair): pair is [string, string] => pair[1] !== undefined);
      return new URLSearchParams(all).toString();
    };
    let exchanges: Promise<ExchangeStage> | undefined;
    let device: ReturnType<Stage['device']> | undefined;
    const authorizeDevice: Stage['device'] = async () => {
      const made = await create('application for devices', '/applications', {
        name: `${name}-device`,
        enabled: true,
        type: 'CUSTOM_APP',
        protocol: 'OPENID_CONNECT',
        grantTypes: ['DEVICE_CODE'],
        tokenEndpointAuthMethod: 'NONE',
      });
      const answer = await ofAuth('/as/device_authorization', { form: { client_id: idOf(made), scope: 'openid' } });
      for (const code of [answer.body.device_code, answer.body.user_code]) hide(code, '{code}');
      return { clientId: idOf(made), answer };
    };
    const stage: Stage = {
      name,
      redirectUri,
      make: create,
      exchanges: () => {
        exchanges ??= makeExchangeStage(connection, stage);
        return exchanges;
      },
      device: () => {
        device ??= authorizeDevice();
        return device;
      },
      webApplication,
      application,
      user,
      username: name,
      password,
      authorizeQuery,
      redeem: (code, codeVerifier) =>
        ofAuth('/as/token', {
          form: {
            grant_type: 'authorization_code',
            client_id: clientId,
            redirect_uri: redirectUri,
            code,
            ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
          },
        }),
      async signOn(parameters = {}) {
        const codeVerifier = random.bytes(32).toString('base64url');
        const pkce = { code_challenge: s256(codeVerifier), code_challenge_method: 'S256' };
        const begun = await ofAuth(`/as/authorize?${authorizeQuery({ ...pkce, ...parameters, response_mode: 'pi.flow' })}`);
        const cookie = cookiesOf(begun);
        const signedOn = await ofAuth(`/flows/${idOf(begun)}`, {
          json: { username: name, password },
          headers: { 'content-type': flowAction('usernamePassword.check'), ...(cookie !== '' && { cookie }) },
        });
        const cookies = [cookie, cookiesOf(signedOn)].filter((each) => each !== '').join('; ');
        const resumed = await ofAuth(`/as/resume?flowId=${encodeURIComponent(idOf(begun))}`, {
          ...(cookies !== '' && { headers: { cookie: cookies } }),
        });
        const { code } = membersOf(membersOf(resumed.body.authorizeResponse ?? signedOn.body.authorizeResponse));
        if (typeof code !== 'string') throw new NotAsked(`the sign-on gave no code; the flow is ${String(signedOn.body.status)}`);
        return { code, codeVerifier };
      },
    };
    await work(stage);
  } finally {
    for (const { what, path } of made.reverse()) {
      const removed = await ofApi(path, { method: 'DELETE', evenIfStopped: true }).catch(() => undefined);
      if (removed?.status !== 204) onLeft(what);
    }
  }
}
