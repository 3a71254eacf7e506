/** What a thing looks like to a client; undefined where there is none. */
export type Look = string | undefined;

/**
 * What a client may rely on: what was acknowledged, and for a request without an answer either of two. Keys name a thing
 * as `users/ID`.
 */
export interface Expectations {
  /** Sends a request that changes a thing. Rejects if the request does; then both looks are right. */
  change<T>(thing: string, after: Look, request: () => Promise<T>): Promise<T>;
  /** The keys of things that have been acknowledged, or asked for. */
  things(): string[];
  /** What is wrong with a thing that looks like this. What was open is settled by it. */
  judge(thing: string, look: Look): string | undefined;
  lookOf(thing: string): Look;
}

export function createExpectations(): Expectations {
  const certain = new Map<string, Look>();
  const open = new Map<string, Look>();
  return {
    async change(thing, after, request) {
      open.set(thing, after);
      const answer = await request();
      open.delete(thing);
      certain.set(thing, after);
      return answer;
    },
    things: () => [...new Set([...certain.keys(), ...open.keys()])],
    judge(thing, look) {
      const allowed = [certain.get(thing), ...(open.has(thing) ? [open.get(thing)] : [])];
      open.delete(thing);
      certain.set(thing, look);
      return allowed.includes(look)
        ? undefined
        : `${thing} is ${look ?? 'gone'}, and must be ${allowed.map((each) => each ?? 'gone').join(' or ')}`;
    },
    lookOf: (thing) => certain.get(thing),
  };
}
