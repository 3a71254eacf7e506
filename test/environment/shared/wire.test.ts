import { pino } from 'pino';
import t, { type Test } from 'tap';
import { openContext } from '../../../src/configuration/open-context.js';
import { seedServer } from '../../../src/configuration/seed/fill.js';
import { openSharedStore } from '../../../src/environment/shared/open-store.js';
import { isOfUsers } from '../../../src/environment/store/create-store.js';
import { s256 } from '../../../src/protocol/pkce.js';
import { buildServer } from '../../../src/server/server.js';
import { defaultSettings, type Settings } from '../../../src/settings/read.js';
import { as, askAuthorize, checkPassword, cookiesOf, locationOf, newVerifier, post, redirectUri } from '../../helpers/client.js';
import { type Counts, countRedis } from '../../helpers/counting-redis.js';
import { startRedis, withoutRedis } from '../../helpers/redis.js';
import { environmentId, ids } from '../../helpers/server.js';

/** One replica in this process. */
async function startReplica(t: Test, store: string, prefix: string, settings: Partial<Settings>) {
  const onError = (error: unknown) => t.fail(String(error));
  const factory = await openSharedStore(store, { prefix, isOfUsers, onError });
  const context = await openContext({ settings: { ...defaultSettings, ...settings }, log: pino({ level: 'silent' }), factory });
  await seedServer(context);
  const app = await buildServer(context);
  t.teardown(async () => {
    await app.close();
    await factory.close();
  });
  return app;
}

/** More than the sessions that a user may have: from then on, each sign-on ends another session. */
const enough = 11;

/**
 * The most that a flow asks of Redis, in commands, each of them a round trip, and in bytes; and the bytes of what is recorded of it,
 * with room for what is sent in several entries, or with the next flow, where the machine is slow.
 */
const kinds = [
  { name: 'a session that goes on', autoLogin: 'alice', goesOn: true, commands: 5, bytes: 3700, recorded: 10_000 },
  { name: 'a new session', autoLogin: 'alice', goesOn: false, commands: 6, bytes: 6000, recorded: 10_000 },
  { name: 'a password, through the flows API', autoLogin: '', goesOn: false, commands: 12, bytes: 11_700, recorded: 14_000 },
];

t.test('a sign-on costs so many commands and bytes in Redis, and no more', { skip: withoutRedis }, async (t) => {
  const redis = await startRedis(t);
  for (const { name, autoLogin, goesOn, commands, bytes, recorded } of kinds)
    await t.test(name, async (t) => {
      const { url, counts } = await countRedis(t, redis.port);
      const app = await startReplica(t, url, `pingone-mock-${kinds.findIndex((kind) => kind.name === name)}`, {
        ...(autoLogin !== '' && { autoLogin }),
      });
      let session = '';
      const flow = async () => {
        const verifier = newVerifier();
        const asked = await askAuthorize(
          app,
          {
            ...{ scope: 'openid profile email', state: 's', nonce: 'n' },
            ...{ code_challenge: s256(verifier), code_challenge_method: 'S256' },
          },
          { cookie: session },
        );
        const flowId = locationOf(asked).searchParams.get('flowId');
        let sent = asked;
        if (flowId !== null) {
          await app.inject(`/${environmentId}/flows/${flowId}`);
          const cookie = cookiesOf(await checkPassword(app, flowId, 'alice', 'Alice-Passw0rd'));
          sent = await app.inject({ url: `${as}/resume?flowId=${flowId}`, headers: { cookie } });
        }
        const code = locationOf(sent).searchParams.get('code') as string;
        const form = { grant_type: 'authorization_code', client_id: ids.spa, redirect_uri: redirectUri, code, code_verifier: verifier };
        t.equal((await post(app, `${as}/token`, form)).statusCode, 200);
        return cookiesOf(asked);
      };
      for (let round = 0; round < (goesOn ? 1 : enough); round += 1) {
        const cookie = await flow();
        if (goesOn) session ||= cookie;
      }
      const copy = ({ commands, bytes }: Counts): Counts => ({ commands, bytes });
      const before = { steps: copy(counts.steps), entries: copy(counts.entries) };
      await flow();
      t.equal(counts.steps.commands - before.steps.commands, commands, 'commands');
      const size = counts.steps.bytes - before.steps.bytes;
      t.ok(size <= bytes, `${size} bytes`);
      const sizeOfEntries = counts.entries.bytes - before.entries.bytes;
      t.ok(sizeOfEntries <= recorded, `${sizeOfEntries} bytes in the journal`);
    });
});
