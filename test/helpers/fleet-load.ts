import { membersOf, parseJson } from '../../src/lib/unknown.js';
import { SignOnRefused, signOn } from './fleet.js';
import { until } from './until.js';

/** Sign-ons without a pause over a fleet, of which each request goes to a replica at random. */
export interface Load {
  /** Takes a replica out, as a load balancer does with one that does not answer; or puts one in. */
  leave(url: string): void;
  enter(url: string): void;
  /** Resolves after so many more sign-ons from begin to end. */
  untilDone(count: number): Promise<void>;
  /** Resolves after so many more answers with 503. */
  untilRefused(count: number): Promise<void>;
  /** Ends it, redeems once more all codes that nobody is known to have redeemed, and says what was not as it must be. */
  stop(): Promise<readonly string[]>;
}

/** An answer that is neither what was asked for nor a refusal that is in order. */
class Wrong extends Error {}

/** 503 in PingOne's form, with the diagnosis and when to try again. */
async function requireRefusal(response: Response, what: string): Promise<void> {
  const text = await response.text();
  const { id, code, message } = membersOf(/^\{/.test(text) ? parseJson(text) : undefined);
  const isForm = typeof id === 'string' && typeof code === 'string' && typeof message === 'string';
  const diagnosis = response.headers.get('x-mock-diagnosis') ?? '';
  if (response.status !== 503 || !isForm) throw new Wrong(`${what}: ${response.status} ${text}`);
  if (!/^store_(unavailable|full);/.test(diagnosis)) throw new Wrong(`${what}: 503 with the diagnosis ${diagnosis}`);
  if (response.headers.get('retry-after') !== '1') throw new Wrong(`${what}: 503 without Retry-After`);
}

/** @param lanes how many sign-ons are under way at once */
export function startLoad(first: readonly string[], lanes = 3): Load {
  const urls = new Set(first);
  const next = () => [...urls][Math.floor(Math.random() * urls.size)] as string;
  const wrong: string[] = [];
  let [done, refused] = [0, 0];
  let isOver = false;
  /** Codes that were sent, with how often they were redeemed. */
  const uncertain: { readonly redeem: () => Promise<Response>; wins: number }[] = [];

  /** Sends a request again to another replica where the connection breaks, as a client does; gives what is answered at last. */
  async function ask<T>(what: string, send: (at: string) => Promise<T>): Promise<T | undefined> {
    const at = next();
    try {
      return await send(at);
    } catch (error) {
      if (error instanceof Wrong) throw error;
      if (error instanceof SignOnRefused) return undefined;
      // A replica that was killed. One that is in the fleet must answer.
      if (urls.has(at) && (error as Error).message !== 'fetch failed') throw new Wrong(`${what}: ${(error as Error).message}`);
      return undefined;
    }
  }

  async function redeemAtOnce(code: { readonly redeem: (at: string) => Promise<Response> }): Promise<void> {
    const entry = { redeem: () => code.redeem(next()), wins: 0 };
    uncertain.push(entry);
    const answers = await Promise.all([1, 2, 3].map(() => ask('token', code.redeem)));
    for (const answer of answers) {
      if (answer?.status === 200) entry.wins += 1;
      else if (answer?.status === 503) {
        refused += 1;
        await requireRefusal(answer, 'token');
      } else if (answer && answer.status !== 400) throw new Wrong(`token: ${answer.status} ${await answer.text()}`);
    }
    if (entry.wins === 1) done += 1;
  }

  async function lane(): Promise<void> {
    while (!isOver) {
      try {
        const code = await ask('sign-on', () =>
          signOn(next, async (response) => {
            if (response.status === 503) refused += 1;
            await requireRefusal(response, response.url);
          }),
        );
        if (code) await redeemAtOnce(code);
      } catch (error) {
        wrong.push((error as Error).message);
        if (wrong.length > 20) isOver = true;
      }
    }
  }
  const running = Promise.all(Array.from({ length: lanes }, lane));
  /** A load that has failed ends by itself. */
  const grown = (from: number, count: number, now: () => number) => until(() => isOver || now() >= from + count);

  return {
    leave: (url) => void urls.delete(url),
    enter: (url) => void urls.add(url),
    untilDone: (count) => grown(done, count, () => done),
    untilRefused: (count) => grown(refused, count, () => refused),
    async stop() {
      isOver = true;
      await running;
      for (const entry of uncertain) {
        let again = await entry.redeem();
        // A lock may still have to end, whose holder was lost.
        while (again.status === 503) again = await entry.redeem();
        if (again.status === 200) entry.wins += 1;
        if (entry.wins > 1) wrong.push(`a code was redeemed ${entry.wins} times`);
        if (again.status !== 200 && again.status !== 400) wrong.push(`in the end a code was answered with ${again.status}`);
      }
      return wrong;
    },
  };
}
