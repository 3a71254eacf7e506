import { createHash, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { environmentId, ids } from './server.js';

export const redirectUri = 'http://localhost:3000/callback';
export const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');
export const newVerifier = () => randomBytes(32).toString('base64url');

export interface SignOn {
  readonly verifier?: string;
  readonly challenge?: string;
  /** What is sent at /token; null: the code is not redeemed. */
  readonly sends?: string | null;
  readonly parameters?: Record<string, string>;
  readonly clientId?: string;
}

/** A client of the demo environment, with PingOne's flows API in place of a browser. */
export async function signOn(
  url: string,
  { verifier = newVerifier(), challenge = s256(verifier), sends = verifier, parameters = {}, clientId = ids.spa }: SignOn = {},
) {
  const as = `${url}/${environmentId}/as`;
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid profile',
    response_mode: 'pi.flow',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parameters,
  };
  const begun = (await (await fetch(`${as}/authorize?${new URLSearchParams(query)}`)).json()) as { id: string; status?: string };
  if (begun.status !== 'USERNAME_PASSWORD_REQUIRED') return undefined;
  await fetch(`${url}/${environmentId}/flows/${begun.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.pingidentity.usernamePassword.check+json' },
    body: JSON.stringify({ username: 'alice', password: 'Alice-Passw0rd' }),
  });
  const resumed = (await (await fetch(`${as}/resume?flowId=${begun.id}`)).json()) as { authorizeResponse: { code: string } };
  if (sends === null) return undefined;
  const form = {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code: resumed.authorizeResponse.code,
    code_verifier: sends,
  };
  return fetch(`${as}/token`, { method: 'POST', body: new URLSearchParams(form) });
}

/** Kept only on request: SCREENSHOTS=folder. */
export const screenshot = async (page: Page, name: string) => {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
};
