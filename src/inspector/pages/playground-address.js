/** What the playground's address holds, and what this tab keeps of a sign-on while the browser is away. */

/** In characters. Longer addresses are cut by chats and trackers. */
const longestAddress = 6000;
const longestValue = 1500;
const mostOthers = 20;

const kept = 'pingone-mock playground';
const plain = ['environment', 'application', 'way', 'authenticate', 'mistake', 'transaction'];

/** An untouched playground. */
export const emptyRun = () => ({ authorize: new Map(), token: new Map(), verifier: undefined });

/**
 * The fragment that describes a run, and the names of what did not fit. Secrets stay out: codes, tokens, secrets of clients,
 * and with PINGONE_MOCK_HIDE_SECRETS the verifier.
 */
export function addressOf(run, { authorize, token }, hidesSecrets) {
  const secret = new Set([...authorize, ...token].filter((each) => each.secret).map(({ name }) => name));
  const isPlain = run.authorize.get('code_challenge_method') !== 'S256';
  const known = new Set(authorize.map(({ name }) => name));
  const entries = [
    ...plain.map((name) => [name, run[name]]),
    ['code_verifier', hidesSecrets ? undefined : run.verifier],
    ...[...run.authorize]
      .filter(([name]) => !secret.has(name) && !(hidesSecrets && isPlain && name === 'code_challenge'))
      .map(([name, value]) => [known.has(name) ? name : `other.${name}`, value]),
    ...[...run.token].filter(([name]) => !secret.has(name)).map(([name, value]) => [`token.${name}`, value]),
  ].filter(([, value]) => value !== undefined);
  const left = [];
  const query = new URLSearchParams();
  for (const [name, value] of entries) {
    const next = new URLSearchParams([...query, [name, value]]);
    if (value.length > longestValue || next.toString().length > longestAddress) left.push(name.replace(/^(other|token)\./, ''));
    else query.set(name, value);
  }
  return { address: query.size > 0 ? `#${query}` : '', left };
}

/** Reads an address. It only fills in fields: the address may come from an attacker. */
export function readAddress(address, { authorize, ignored }) {
  const run = emptyRun();
  if (address.length > longestAddress + 500)
    return { run, problem: 'The address is longer than the playground reads, so nothing was filled in.' };
  const known = new Set([...authorize, ...ignored].filter(({ secret }) => !secret).map(({ name }) => name));
  for (const [name, value] of new URLSearchParams(address.slice(1))) {
    if (plain.includes(name)) run[name] = value;
    else if (name === 'code_verifier') run.verifier = value;
    else if (name.startsWith('token.')) run.token.set(name.slice(6), value);
    else if (known.has(name)) run.authorize.set(name, value);
    else if (name.startsWith('other.') && name.length > 6 && run.authorize.size < authorize.length + mostOthers)
      run.authorize.set(name.slice(6), value);
  }
  return { run };
}

/** What the tab keeps: `address`, `secrets` and private `keys` by application, what was `sent`, its `answer`, and the `tokens`. */
export function readKept() {
  try {
    return JSON.parse(sessionStorage.getItem(kept)) ?? {};
  } catch {
    return {};
  }
}

export const keep = (session) => sessionStorage.setItem(kept, JSON.stringify(session));
