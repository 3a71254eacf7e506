import { checkClaimsRule } from '../control/claims-rules.js';
import { type ClockChange, changeClock } from '../control/clock.js';
import { ControlError } from '../control/control-error.js';
import { checkFault } from '../control/faults.js';
import { checkFilter } from '../control/requests.js';
import type { Context, Environment as ServerEnvironment } from '../environment/context.js';
import { type HookName, hookNames } from '../environment/faults/hooks.js';
import { toRecordedRequest } from '../environment/journal/raw-http.js';
import { nearest } from '../lib/nearest.js';
import { createRandom, createSeededRandom } from '../lib/random.js';
import { brokenPkceBody, claimsRuleBody, faultBody, requestQuery } from './control-bodies.js';
import { toMilliseconds, toMoment } from './durations.js';
import { MockError } from './mock-error.js';
import { createRemoteEnvironment } from './remote-environment.js';
import type { Transport } from './transport.js';
import type { Environment, MaybePromise } from './types.js';
import type { EnvironmentContents } from './variables.js';

/** Refuses a hook that would silently never run. */
function checkHook(name: HookName, hook: unknown): void {
  const known = hookNames.includes(name);
  if (known && typeof hook === 'function') return;
  const unknown = `there is no hook ${JSON.stringify(name)}; did you mean "${nearest(String(name), hookNames)}"?`;
  throw new MockError(known ? `${name}: expected a function, got ${typeof hook}` : unknown, {
    code: 'value_refused',
    fix: 'hooks: token.before-sign, error.before-response, and ENDPOINT.before-response for every endpoint',
  });
}

/** Settles with what was added; where it was added at once, there is nothing to wait for. */
const settled = (added: unknown): MaybePromise<void> => (added instanceof Promise ? added.then(() => {}) : undefined);

/**
 * An environment of a server in this process. What a test does between two requests takes effect at once, with or without
 * `await`, unless a store is shared: then it takes an `await`. The rest works as in a remote environment.
 */
export function createLocalEnvironment(context: Context, transport: Transport, contents: EnvironmentContents): Environment {
  const { hideSecrets, randomSeed } = context.settings;
  // With a random seed, what the mock makes up as the client repeats too.
  const random = randomSeed === undefined ? createRandom() : createSeededRandom(`${randomSeed}:${contents.id}:client`);
  const own = (): ServerEnvironment => {
    const environment = context.environments.get(contents.id);
    if (environment) return environment;
    throw new MockError(`environment ${contents.id} no longer exists`, {
      code: 'environment_unknown',
      status: 404,
      fix: 'it was deleted, or the whole mock was reset: make a new one with createEnvironment()',
    });
  };
  const remote = createRemoteEnvironment(transport, contents, random);
  /** Runs a check of the control API, so that both refuse in the same words. */
  const checked = <T>(request: string, check: () => T): T => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      const { status, code, message, fix } = error;
      const what = request.replace(' ', ` /__mock/v1/environments/${contents.id}/`);
      throw new MockError(`${what}: ${message}`, { code, status, fix, body: { error: { code, message, fix } } });
    }
  };
  const changeOwnClock = (change: ClockChange) => checked('PUT clock', () => changeClock(own().clock, change));
  const filter: Environment['requests']['filter'] = (wanted = {}) =>
    own()
      .requests.list(checked('GET requests', () => checkFilter(requestQuery(wanted))))
      .map((exchange) => toRecordedRequest(exchange, hideSecrets));

  return {
    ...remote,
    failNext: (endpoint, fault) => settled(own().faults.add(checked('POST faults', () => checkFault(faultBody(endpoint, fault))))),
    breakPkce: (pkce, options) => settled(own().faults.add(checked('POST faults', () => checkFault(brokenPkceBody(pkce, options))))),
    clearFaults: () => own().faults.clear(),
    addRule: (rule) => settled(own().claimsRules.add(checked('POST rules', () => checkClaimsRule(claimsRuleBody(rule))))),
    clock: {
      advance: (duration) => changeOwnClock({ advance: `${toMilliseconds(duration)}ms` }),
      set: (moment) => changeOwnClock({ set: toMoment(moment) }),
      freeze: (moment) => changeOwnClock({ freeze: true, ...(moment !== undefined && { set: toMoment(moment) }) }),
      reset: () => own().clock.reset(),
      now: () => new Date(own().clock.now()),
    },
    requests: {
      filter,
      last: (endpoint) => filter(endpoint === undefined ? {} : { endpoint }).at(-1),
      waitFor: remote.requests.waitFor,
      clear: () => own().requests.clear(),
    },
    on(name, hook) {
      checkHook(name, hook);
      return own().hooks.on(name, hook);
    },
    once(name, hook) {
      checkHook(name, hook);
      return own().hooks.once(name, hook);
    },
  };
}
