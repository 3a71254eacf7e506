import { membersOf } from '../lib/unknown.js';
import type { ControlApi, JournalEntry } from './types.js';

/** What the mock has seen while a checkup runs. */
export interface Journal {
  /** From now on, `ofCase` is empty again. */
  beginCase(): Promise<void>;
  /** How long ago the case began, in milliseconds of the mock's time. */
  elapsed(): Promise<number>;
  /** The newest request of an endpoint is the checkup's own. */
  disregardNewest(endpoint: string): Promise<void>;
  /** Of one endpoint or all, of this environment or another one, oldest first. */
  ofRun(endpoint?: string, environmentId?: string): Promise<readonly JournalEntry[]>;
  ofCase(endpoint?: string, environmentId?: string): Promise<readonly JournalEntry[]>;
}

const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(membersOf(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));

function toEntry(request: unknown): JournalEntry {
  const { id, method, url, headers, query, form, client, answer, faults } = membersOf(request);
  const { status, body } = membersOf(answer);
  return {
    id: String(id),
    method: String(method),
    url: String(url),
    headers: membersOf(headers),
    query: texts(query),
    form: texts(form),
    client: typeof client === 'string' ? client : undefined,
    answer: typeof status === 'number' ? { status, body: typeof body === 'string' ? body : '' } : undefined,
    faults: Array.isArray(faults) ? faults.map(String) : [],
  };
}

/** @param now the mock's time. Requests of the same moment are distinguished by their ids: a test may have stopped the clock. */
export async function openJournal(control: ControlApi, ownId: string, now: () => Promise<string>): Promise<Journal> {
  const began = await now();
  let caseBegan = began;
  const before = { run: new Set<string>(), case: new Set<string>(), own: new Set<string>() };

  const list = async (environmentId: string, query: Readonly<Record<string, string | undefined>>): Promise<JournalEntry[]> => {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const path = `/__mock/v1/environments/${environmentId}/requests?${new URLSearchParams(given)}`;
    const { requests } = membersOf(await control.call(path));
    return Array.isArray(requests) ? requests.map(toEntry) : [];
  };
  const isNew = (old: ReadonlySet<string>) => (each: JournalEntry) => !old.has(each.id) && !before.own.has(each.id);
  const idsSince = async (since: string) => new Set((await list(ownId, { since })).map(({ id }) => id));
  before.run = await idsSince(began);

  return {
    async beginCase() {
      caseBegan = await now();
      before.case = await idsSince(caseBegan);
    },
    // A test may set the clock back.
    elapsed: async () => Math.max(0, Date.parse(await now()) - Date.parse(caseBegan)),
    async disregardNewest(endpoint) {
      const own = (await list(ownId, { endpoint, limit: '1' })).at(-1);
      if (own) before.own.add(own.id);
    },
    ofRun: async (endpoint, id = ownId) => (await list(id, { endpoint, since: began })).filter(isNew(before.run)),
    ofCase: async (endpoint, id = ownId) => (await list(id, { endpoint, since: caseBegan })).filter(isNew(before.case)),
  };
}
