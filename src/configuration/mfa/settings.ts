import { type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { MfaSettings } from '../../environment/model/mfa.js';
import { serialize } from '../../environment/serialize.js';
import { boolean, type Infer, object, oneOf } from '../../lib/schema/types.js';
import { showItem } from '../../pingone/item-view.js';
import { done } from '../http/answers.js';
import { environmentUrl, ofEnvironment } from '../http/paths.js';
import { keptMembers } from '../items.js';

/** How an environment pairs and locks (docs/fidelity.md, management 7.16). */

export const mfaSettingsBody = object(
  {
    pairing: object({
      maxAllowedDevices: { type: 'integer', minimum: 1, maximum: 15 } as const,
      pairingKeyFormat: oneOf('NUMERIC', 'ALPHANUMERIC'),
    }),
  },
  {
    lockout: object(
      { failureCount: { type: 'integer', minimum: 0, maximum: 2_147_483_647 } as const },
      { durationSeconds: { type: 'integer', minimum: 0, maximum: 2_147_483_647 } as const },
    ),
    phoneExtensions: object({}, { enabled: boolean }),
    users: object({}, { mfaEnabled: boolean }),
    authentication: object({ deviceSelection: oneOf('DEFAULT_TO_FIRST', 'PROMPT_TO_SELECT') }),
  },
);
export type MfaSettingsBody = Infer<typeof mfaSettingsBody>;

/** The settings of an environment; before any change, PingOne's. */
export const mfaSettingsOf = async ({ id, store, record }: Environment): Promise<MfaSettings> =>
  (await store.mfaSettings.get(id)) ?? {
    id,
    environment: { id },
    pairing: { maxAllowedDevices: 5, pairingKeyFormat: 'NUMERIC' },
    createdAt: record.createdAt,
    updatedAt: record.createdAt,
  };

export const putMfaSettings = (environment: Environment, body: MfaSettingsBody): Promise<MfaSettings> =>
  serialize(environment, 'MFA settings', async () => {
    const settings = { ...keptMembers(environment, await mfaSettingsOf(environment)), ...body };
    await environment.store.mfaSettings.put(settings);
    return settings;
  });

const path = '/environments/:environmentId/mfaSettings';

export const mfaSettings: Endpoint = (app, context) => {
  const show = (settings: MfaSettings, url: string) =>
    showItem(settings, { self: `${url}/mfaSettings`, environment: url }, ['id', 'createdAt']);
  app.get(path, { schema: { params: ofEnvironment } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(await mfaSettingsOf(environment), environmentUrl(context, request, environment));
  });
  app.put(path, { schema: { params: ofEnvironment, body: mfaSettingsBody } }, async (request) => {
    const environment = environmentOf(context, request);
    return show(await putMfaSettings(environment, request.body), environmentUrl(context, request, environment));
  });
  // Restores PingOne's defaults.
  app.delete(path, { schema: { params: ofEnvironment } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    await environment.store.mfaSettings.take(environment.id);
    return done(reply);
  });
};
