/** The suites of what answers clients: they know nothing of where a server keeps its state. */
const suites = /^(oauth|signon|configuration|control|diagnosis)\//;

/** It waits for an event with the number of the last entry, which in a shared log may be one without an event. */
const apart = /^control\/hide-secrets/;

/** Of these, the ones with most rules about what is kept from one request to the next. */
const short = /^oauth\/(token|revoke|signoff)/;

/** Which test files run with a shared store. */
export const isChosen = (path: string): boolean =>
  suites.test(path) && !apart.test(path) && (process.env.TEST_SUITES !== 'short' || short.test(path));
