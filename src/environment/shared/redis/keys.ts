/** The keys of a fleet that belong to no environment. `scripts.ts` describes the others. */
export const keysOf = (prefix: string) => ({
  /** The version of what is stored. */
  format: `${prefix}:format`,
  /** The number of the last announced change. */
  version: `${prefix}:version`,
  /** A set: the places that hold records, with their indexes. */
  places: `${prefix}:places`,
  /** The number of the last entry of any log. */
  logNumber: `${prefix}:log-number`,
  log: (environmentId: string) => `${prefix}:${environmentId}:log`,
});

/** Channels are those of the whole server, whatever the database. */
export const channelsOf = (prefix: string, database: number) => ({
  /** Where changes are announced. */
  changes: `${prefix}:changes:${database}`,
  /** Where it is said that a log has grown. */
  grown: `${prefix}:grown:${database}`,
});
