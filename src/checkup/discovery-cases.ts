import type { Row } from './id-token-lie.js';
import type { Case, Result, Stage } from './types.js';

const group = 'discovery';

const readBefore: Result = {
  verdict: 'does not apply',
  remark: 'the application did not read the discovery document again; --restart gives a command that starts it again',
};

type Discovery = (stage: Stage) => Promise<Result>;

/** The verdict of a sign-on, where the application may refuse already to begin one. */
async function play(stage: Stage): Promise<Result> {
  const { begun, trail } = await stage.attempt();
  // An application that does not start with such a provider has refused it.
  if (!begun)
    return trail.failure === 'no answer' && stage.restart ? { verdict: 'refused' } : (stage.crashOf(trail) ?? { verdict: 'refused' });
  return stage.judge(await stage.callBack(begun, await stage.signOn(begun)));
}

/** A case about the discovery document. `lie` changes it, before the application reads it again. */
const discovery = (row: Row, lie: (stage: Stage) => Promise<Discovery | Result>): Case => ({
  ...row,
  group,
  expects: 'refused',
  async run(stage) {
    const prepared = await lie(stage);
    if (typeof prepared !== 'function') return prepared;
    await stage.restart?.();
    const result = await prepared(stage);
    return (await stage.asked('discovery')) === 0 ? readBefore : result;
  },
});

const attackerIssuer = 'https://attacker.example/as';
const spec = 'OpenID Connect Discovery §4.3';
const must = 'Compare issuer in the document with the issuer whose document it asked for, exactly.';

/** What may be wrong with the discovery document. */
export const discoveryCases: readonly Case[] = [
  discovery(
    {
      id: 'discovery-issuer-wrong',
      title: 'The discovery document is of another issuer',
      spec,
      must,
      gain: 'An attacker’s provider passes for this one, with all of its people.',
    },
    async (stage) => {
      await stage.rule('discovery', { issuer: attackerIssuer });
      // A client that takes the issuer from the document expects it in tokens.
      await stage.rule('token', { 'id_token.iss': attackerIssuer });
      return play;
    },
  ),
  discovery(
    {
      id: 'discovery-redirected',
      title: 'The address of the discovery document redirects to another provider',
      spec: `${spec}, RFC 8414 §6.2`,
      must: 'Follow no redirect to another origin, and compare issuer with the one that it asked for.',
      gain: 'An attacker who can make the provider redirect once signs people on at another one.',
    },
    async (stage) => {
      const { id, issuer } = await stage.otherProvider();
      await stage.fault({ endpoint: 'discovery', status: 302, location: `${issuer}/.well-known/openid-configuration`, times: 'always' });
      return async () => {
        const { begun, trail } = await stage.attempt(undefined, ({ pathname }) => pathname === `/${id}/as/authorize`);
        const sentElsewhere = !begun && trail.end.pathname === `/${id}/as/authorize`;
        if (sentElsewhere) return { verdict: 'accepted', remark: `it sends people to ${issuer}` };
        return begun || (trail.failure === 'no answer' && stage.restart)
          ? { verdict: 'refused' }
          : (stage.crashOf(trail) ?? { verdict: 'refused' });
      };
    },
  ),
  discovery(
    {
      id: 'discovery-over-http',
      title: 'The discovery document names endpoints over HTTP',
      spec: 'RFC 8414 §2, RFC 9700 §2.6',
      must: 'Refuse endpoints that are not HTTPS, where the issuer is.',
      gain: 'Anyone who listens on the network reads codes and tokens.',
    },
    async (stage) => {
      if (!stage.issuer.startsWith('https:')) return { verdict: 'does not apply', remark: 'the issuer itself is served over HTTP here' };
      const plain = stage.issuer.replace('https:', 'http:');
      const names = { authorization_endpoint: 'authorize', token_endpoint: 'token', userinfo_endpoint: 'userinfo', jwks_uri: 'jwks' };
      await stage.rule('discovery', Object.fromEntries(Object.entries(names).map(([name, path]) => [name, `${plain}/${path}`])));
      return async () => {
        const { begun, trail } = await stage.attempt();
        if (begun?.request.protocol === 'http:') return { verdict: 'accepted', remark: 'it sends people to an address over HTTP' };
        return begun || (trail.failure === 'no answer' && stage.restart)
          ? { verdict: 'refused' }
          : (stage.crashOf(trail) ?? { verdict: 'refused' });
      };
    },
  ),
];
