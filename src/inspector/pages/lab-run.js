/** A run of an exercise: real requests to the real server, and a record of who did what, in order. */
import { api, inEnvironment } from './dom.js';
import { challengeOf, newVerifier } from './pkce.js';

/** Without cookies, unless `options` says otherwise: victim and attacker are two browsers, and this page is only one. */
export const ask = async (url, options) => {
  const response = await fetch(url, { credentials: 'omit', cache: 'no-store', ...options });
  return { ok: response.ok, status: response.status, body: await response.json().catch(() => ({})) };
};
export const post = (url, form) => ask(url, { method: 'POST', body: new URLSearchParams(form) });

/** What an application sends for PKCE: `ask` at /authorize, `prove` at /token. */
export const pkce = async (mode) => {
  if (mode === 'off') return { ask: {}, prove: {} };
  const verifier = newVerifier();
  const challenge = mode === 'S256' ? await challengeOf(verifier) : verifier;
  return { challenge, verifier, ask: { code_challenge: challenge, code_challenge_method: mode }, prove: { code_verifier: verifier } };
};

/** Describes an error of OAuth, or of PingOne's envelope. */
export const say = ({ status, body }) => {
  const { code, message } = body.details?.[0] ?? body;
  return `${status} ${body.error ?? code}: ${body.error_description ?? message}`;
};

/** Does an action of the flows API. */
export const act = ({ baseUrl }, flowId, action, body) =>
  ask(`${baseUrl}/flows/${flowId}`, {
    method: 'POST',
    headers: { 'content-type': `application/vnd.pingidentity.${action}+json` },
    body: JSON.stringify(body),
  });

/** The name and password of a person of the lab. */
export const passwordOf = ({ users }, username) => users.find((user) => user.username === username);

/** The query of an authorization request. With PingOne's pi.flow the answers are JSON, which a page can read. */
export const authorizeQuery = ({ redirectUri }, clientId, parameters) =>
  new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid profile',
    response_mode: 'pi.flow',
    ...parameters,
  });

/**
 * Starts a run. `own`: in an environment of its own; `scene`: what the environment has besides the applications (see lab-environment.ts).
 * Its `rows` say who did what; a row of the server has the `answer` that it gave.
 */
export async function startRun({ chosen = {}, own, scene, setUp }) {
  const lab = await api.send('POST', 'lab', own || scene ? { own: true, ...(scene && { scene }), ...setUp } : undefined);
  const { issuer, redirectUri } = lab;
  const { id } = lab.applications[chosen.enforcement ?? 'OPTIONAL'];
  const rows = [];
  const tell = (by, text, data, tone, answer) => rows.push({ by, text, data, tone, answer });

  /** Requests a code and signs on, as a browser would. An error of /authorize ends it. */
  const authorize = async (by, username, parameters) => {
    const { code_challenge: challenge, code_challenge_method: method } = parameters;
    run.mark = newVerifier();
    tell(by, 'GET /authorize', challenge ? `code_challenge=${challenge} (${method})` : 'without a code_challenge');
    const refused = (answer) => {
      tell('server', 'Refused at /authorize', say(answer), 'bad', answer);
      return { refused: { outcome: 'authorize', answer } };
    };
    const begun = await ask(`${issuer}/authorize?${authorizeQuery(lab, id, { state: run.mark, ...parameters })}`);
    if (!begun.ok) return refused(begun);
    await act(lab, begun.body.id, 'usernamePassword.check', passwordOf(lab, username));
    const done = await ask(`${issuer}/resume?flowId=${begun.body.id}`);
    const code = done.body.authorizeResponse?.code;
    if (!code) return refused(done);
    tell('server', `${challenge ? 'Records the challenge and issues' : 'Issues'} a code, for ${username}`, code);
    return { code };
  };

  const redeem = async (by, code, more = {}) => {
    const sent = Object.entries({ code, ...more }).map((pair) => pair.join('='));
    tell(by, 'POST /token', [...sent, more.code_verifier ? '' : 'no code_verifier'].join('\n'));
    const answer = await post(`${issuer}/token`, {
      grant_type: 'authorization_code',
      client_id: id,
      redirect_uri: redirectUri,
      code,
      ...more,
    });
    if (answer.ok) tell('server', 'Issues tokens', '200 access_token, id_token', by === 'mallory' && 'bad', answer);
    else tell('server', 'Refused at /token', say(answer), 'good', answer);
    return answer;
  };
  const refresh = (token) => post(`${issuer}/token`, { grant_type: 'refresh_token', client_id: id, refresh_token: token });
  const run = { lab, chosen, rows, tell, authorize, redeem, refresh };
  return run;
}

/** The transaction of a run, in its environment or that of a provider (`shown`): others may share it. */
export async function transactionOfRun({ lab, mark, shown = lab }) {
  const { transactions } = await api.get(inEnvironment(shown.environmentId, 'transactions?limit=99'));
  return transactions.find(({ steps }) => steps.some(({ request }) => request?.url.includes(mark)));
}

/** The outcome of an attack that ends at /token. */
export const stolenOr = (answer) => ({ outcome: answer.ok ? 'stolen' : 'token', answer });
