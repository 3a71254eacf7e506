import type { Context, Environment as ServerEnvironment } from '../context.js';
import { toRecordedRequest } from '../journal/raw-http.js';
import { toMilliseconds, toMoment } from './durations.js';
import { MockError } from './mock-error.js';
import { createRemoteEnvironment } from './remote-environment.js';
import type { Transport } from './transport.js';
import type { Environment } from './types.js';
import type { EnvironmentContents } from './variables.js';

/**
 * An environment of a server in this process. What a test does between two requests works at once here, with or without
 * `await`; the rest is what a remote environment does.
 */
export function createLocalEnvironment(context: Context, transport: Transport, contents: EnvironmentContents): Environment {
  const { hideSecrets } = context.settings;
  const own = (): ServerEnvironment => {
    const environment = context.environments.get(contents.id);
    if (environment) return environment;
    throw new MockError(`there is no environment ${contents.id} any more`, {
      code: 'environment_unknown',
      status: 404,
      fix: 'it was deleted, or the whole mock was reset: make another one with createEnvironment()',
    });
  };
  const remote = createRemoteEnvironment(transport, contents);
  const filter: Environment['requests']['filter'] = ({ since, ...wanted } = {}) =>
    own()
      .requests.list({ ...wanted, since: since === undefined ? undefined : toMoment(since) })
      .map((exchange) => toRecordedRequest(exchange, hideSecrets));

  return {
    ...remote,
    failNext(endpoint, { delay, drip, times, token, clientId, ...fault }) {
      own().faults.add({
        endpoint,
        client: clientId,
        times: times === 'always' ? Number.POSITIVE_INFINITY : times,
        delayMilliseconds: delay === undefined ? undefined : toMilliseconds(delay),
        dripMilliseconds: drip === undefined ? undefined : toMilliseconds(drip),
        wrongToken: token,
        ...fault,
      });
    },
    breakPkce: (pkce, { clientId } = {}) => void own().faults.add({ pkce, client: clientId }),
    clearFaults: () => own().faults.clear(),
    addRule({ match, ...rule }) {
      own().rules.add({ ...rule, match: match && { client: match.clientId, grantType: match.grantType, username: match.username } });
    },
    clock: {
      advance: (duration) => own().clock.advance(toMilliseconds(duration)),
      set: (moment) => own().clock.set(toMoment(moment)),
      freeze: (moment) => own().clock.freeze(moment === undefined ? undefined : toMoment(moment)),
      reset: () => own().clock.reset(),
      now: () => new Date(own().clock.now()),
    },
    requests: {
      filter,
      last: (endpoint) => filter(endpoint === undefined ? {} : { endpoint }).at(-1),
      waitFor: remote.requests.waitFor,
      clear: () => own().requests.clear(),
    },
    on: (name, hook) => own().hooks.on(name, hook),
    once: (name, hook) => own().hooks.once(name, hook),
  };
}
