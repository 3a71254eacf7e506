import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { runChild } from '../helpers/child.js';
import { launchReady } from '../package/command.js';

// The tokens that Ping's pages print (impersonation and delegation, 25 February 2026), member by member: names, order and values,
// with the ids of this run in place of the page's. The pages leave `openid` out of the printed scope, which a recorded token has.

const example = (name: string) => fileURLToPath(new URL(`../../../examples/token-exchange-${name}.sh`, import.meta.url));

type Claims = Readonly<Record<string, unknown>>;

/** What a run of an example printed: ids by name, tokens by name, the answers and the refusals. */
interface Printed {
  readonly ids: ReadonlyMap<string, string>;
  readonly tokens: ReadonlyMap<string, Claims>;
  readonly answers: readonly Claims[];
  readonly refusals: readonly Claims[];
}

function readOutput(output: string): Printed {
  const json = (text = ''): Claims => JSON.parse(text) as Claims;
  const whole = (kind: string) => [...output.matchAll(new RegExp(`^${kind} (\\{.*\\})$`, 'gm'))].map(([, text]) => json(text));
  return {
    ids: new Map([...output.matchAll(/^(application .+) (\S+)$/gm)].map(([, name = '', id = '']) => [name, id])),
    tokens: new Map([...output.matchAll(/^token (\S+) (\{.*\})$/gm)].map(([, name = '', text]) => [name, json(text)])),
    answers: whole('answer'),
    refusals: whole('refused'),
  };
}

const environment = 'e0000000-0000-4000-8000-000000000001';
const organization = 'd0000000-0000-4000-8000-000000000001';
const alice = 'b0000000-0000-4000-8000-000000000001';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function run(t: Test, name: string) {
  const { ready } = await launchReady(t);
  const env = { PATH: process.env.PATH, authPath: ready.url, no_proxy: '*' };
  const ran = await runChild('bash', [example(name)], { env });
  t.equal(ran.code, 0, ran.errors);
  const printed = readOutput(ran.output);
  const application = (of: string) => printed.ids.get(`application ${of}`) ?? '';
  const token = (of: string): Claims => printed.tokens.get(of) ?? {};

  /** Compares a printed token with the documented one, whose members stand in their order. */
  const isDocumented = (of: string, documented: Claims): void => {
    const claims = token(of);
    t.same(Object.keys(claims), Object.keys(documented), `${of}: the members, in the page’s order`);
    const scope = String(claims.scope).replace(/^openid /, '');
    t.match({ ...claims, scope }, documented, `${of}: their values`);
    t.equal(Number(claims.exp) - Number(claims.iat), 3600);
  };
  const common = (client: string, audience: string, scope: string) => ({
    client_id: application(client),
    iss: ready.issuer.replace('localhost', '127.0.0.1'),
    jti: uuid,
    iat: Number,
    exp: Number,
    aud: [audience],
    scope,
  });
  const session = { sid: uuid, auth_time: Number, acr: 'Single_Factor' };
  const place = { env: environment, org: organization };
  const again = await runChild('bash', [example(name)], { env });
  t.equal(again.code, 0, 'it leaves nothing behind that a second run would find');
  return { printed, application, token, isDocumented, common, session, place };
}

const answer = (scope: string) => ({
  access_token: 'eyJ…',
  token_type: 'Bearer',
  expires_in: 3600,
  scope,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
});

t.test('the impersonation page’s tokens are printed member by member', async (t) => {
  const { printed, token, isDocumented, common, session, place } = await run(t, 'impersonation');
  isDocumented('user', { ...common('XL Delivery', 'https://api.example.com/a', 'a.crud'), sub: alice, ...session, ...place });
  isDocumented('exchanged', {
    ...common('Address Token Exchange', 'https://api.example.com/b', 'b.read'),
    sub: alice,
    ...session,
    ...place,
    'p1.userId': alice,
  });
  for (const kept of ['sid', 'auth_time', 'acr']) t.equal(token('exchanged')[kept], token('user')[kept], kept);
  t.strictSame(JSON.stringify(printed.answers), JSON.stringify([answer('b.read')]));
});

t.test('the delegation page’s tokens are printed member by member, and a wrong actor is refused', async (t) => {
  const { printed, application, token, isDocumented, common, session, place } = await run(t, 'delegation');
  const goodies = 'Goodies Token Exchange';
  const sub = 'alice@example.com';
  isDocumented('user', {
    ...common('Yankee Coffee', 'https://api.example.com/g', 'g.crud'),
    sub,
    ...session,
    may_act: { sub: application(goodies) },
    ...place,
    'p1.userId': alice,
  });
  isDocumented('actor', {
    ...common(goodies, 'https://api.example.com/d', 'd.read'),
    act: 'noActor',
    ...place,
    'p1.rid': token('actor').jti,
  });
  isDocumented('exchanged', {
    ...common(goodies, 'https://api.example.com/d', 'd.read'),
    sub,
    ...session,
    act: { sub: application(goodies) },
    ...place,
    'p1.userId': alice,
  });
  for (const kept of ['sid', 'auth_time', 'acr']) t.equal(token('exchanged')[kept], token('user')[kept], kept);
  t.strictSame(JSON.stringify(printed.answers), JSON.stringify([answer('d.read')]));
  t.match(printed.refusals, [{ error_description: /act is configured as required for the Access token but does not have a value/ }]);
});

t.test('a chain of agents nests who acted before', async (t) => {
  const { application, token } = await run(t, 'agents');
  const [agent, gateway] = [application('Support Agent'), application('Gateway Extension')];
  t.match(token('user'), { sub: alice, may_act: { sub: agent }, grant_type: 'authorization_code' });
  t.match(token('agent'), { sub: 'no-subject', act: 'noActor' });
  t.strictSame(token('first').act, { sub: agent, act: null });
  t.strictSame(token('second').act, { sub: gateway, act: { sub: agent, act: null } });
  t.equal(token('second').sub, alice);
});
