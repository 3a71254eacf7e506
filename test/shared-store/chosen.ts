/** The suites of what answers clients: they know nothing of where a server keeps its state. */
const suites = /^(oauth|signon|configuration|control|diagnosis)\//;

/** Of these, the ones with most rules about what is kept from one request to the next. */
const short = /^oauth\/(token|revoke|signoff)/;

/** Which test files run with a shared store. */
export const isChosen = (path: string): boolean => suites.test(path) && (process.env.TEST_SUITES !== 'short' || short.test(path));
