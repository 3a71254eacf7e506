/** The playground: an authorization request and all that follows from it, step by step, with the server's reasons beside each. */
import { api, button, copyButton, field, fill, h, inEnvironment, select, show } from './dom.js';
import { challengeOf, newVerifier } from './pkce.js';
import { addressOf, emptyRun, keep, readAddress, readKept } from './playground-address.js';
import { authorizeStep } from './playground-authorize.js';
import { pairStep } from './playground-pair.js';
import { forgetCode, refreshCode, stepOf } from './playground-parts.js';
import { drawReasons, follow, transactionOf } from './playground-reasons.js';
import { methods } from './playground-request.js';
import { callbackStep } from './playground-sign-on.js';
import { tokenStep } from './playground-tokens.js';
import { useStep } from './playground-use.js';

const page = h('div.page.playground');
const tablesUrl = new URL('playground.json', import.meta.url);

/** The parameters that a new request begins with. */
const defaultsOf = ({ redirectUri, application: { responseTypes, scopes } }) => ({
  response_type: responseTypes.includes('code') ? 'code' : responseTypes.join(' '),
  redirect_uri: redirectUri,
  scope: scopes.filter((scope) => /^(openid|profile|email)$/.test(scope)).join(' ') || 'openid',
  state: newVerifier().slice(0, 16),
  nonce: newVerifier().slice(0, 16),
});

/** One stream serves the page, whatever environment it shows. */
let following;
let current;

/** Draws the page for a run: loads its environment and application, and fills in what the run leaves open. */
async function open(run, session, tables, problem) {
  const query = new URLSearchParams(['environment', 'application'].flatMap((name) => (run[name] === undefined ? [] : [[name, run[name]]])));
  const data = await api.get(`playground?${query}`).catch(({ message }) => {
    problem ??= `${message}. This is the server’s first environment.`;
    return api.get('playground');
  });
  const { environment, application } = data;
  if (!application)
    return fill(page, h('h1', 'Playground'), h('p.problem', 'There is no application to play with: create one, or reset the server.'));
  if (run.application !== undefined && run.application.toLowerCase() !== application.id)
    problem ??= `There is no application ${run.application.slice(0, 60)} here. This is another one.`;
  const { issuer } = environment;
  const offset = Date.parse((await api.get(inEnvironment(environment.id, 'clock'))).now) - Date.now();
  Object.assign(run, { environment: environment.id, application: application.id });
  session.secrets ??= {};
  const isNew = run.authorize.size === 0 && run.mistake === undefined;
  if (isNew) {
    for (const [name, value] of Object.entries(defaultsOf(data))) run.authorize.set(name, value);
    run.verifier = newVerifier();
    if (run.authorize.get('response_type').includes('code')) {
      run.authorize.set('code_challenge', await challengeOf(run.verifier));
      run.authorize.set('code_challenge_method', 'S256');
    }
  }
  run.verifier ??= session.verifier;

  const fields = new Map();
  const left = h('p.muted');
  const play = {
    run,
    session,
    tables,
    data,
    issuer,
    fields,
    reasons: new Map(),
    get: (name) => run.authorize.get(name) ?? '',
    /** Sets a parameter of the authorization request, and its field. */
    set(name, value) {
      if (value === '' || value === undefined) run.authorize.delete(name);
      else run.authorize.set(name, value);
      fields.get(name)?.show(value);
      play.changed();
    },
    method: () => run.authenticate ?? application.authenticationMethod,
    secret: () => session.secrets[application.id] ?? application.secret ?? '',
    /** The private key as it was typed. */
    key: () => session.keys?.[application.id] ?? '',
    /** The application as openid-client knows it. A test may have moved the server's clock. */
    client: () => ({
      issuer,
      clientId: application.id,
      authentication: play.method(),
      secret: play.secret(),
      key: play.key(),
      skew: Math.abs(offset) > 30_000 ? Math.round(offset / 1000) : undefined,
    }),
    identity: () => ({
      method: play.method(),
      id: application.id,
      secret: play.secret(),
      key: play.key(),
      issuer,
      now: Date.now() + offset,
    }),
    /** Writes the state of the page into its address and into the tab. */
    changed() {
      const { address, left: out } = addressOf(run, tables, data.hidesSecrets);
      history.replaceState(null, '', `${location.pathname}${location.search}${address}`);
      Object.assign(session, { address, verifier: run.verifier });
      keep(session);
      left.textContent = out.length > 0 ? `Too long for the address, so a copy of it lacks: ${out.join(', ')}.` : '';
      for (const listener of play.listeners) listener();
      refreshCode();
    },
    listeners: [],
    /** The server's reasons for a step are in the transaction that holds this request. */
    expect(place, wanted) {
      session.wanted = { ...session.wanted, [place]: wanted };
      keep(session);
      play.drawReasons();
    },
    drawReasons: () => {},
  };
  forgetCode();
  fill(
    page,
    h('h1', 'Playground'),
    h(
      'p.lead',
      'Build an authorization request, break it, sign on as anybody, and use the tokens. Beside each step is what the server decided.',
    ),
    problem && h('p.problem', { role: 'alert' }, problem),
    new URL(issuer).origin !== location.origin &&
      h(
        'p.problem',
        { role: 'alert' },
        'This server calls itself ',
        h('code', new URL(issuer).origin),
        '. Open the playground there: pages of another origin may not use it.',
      ),
    h(
      'div.row',
      copyButton('Copy the address', () => location.href),
      button('Start over', () => begin(emptyRun(), { environment: run.environment, application: run.application })),
      h('small.muted', 'The address holds what you chose here, without secrets and tokens. Opening it sends nothing.'),
    ),
    left,
    applicationStep(play),
    pairStep(play),
    authorizeStep(play),
    callbackStep(play),
    tokenStep(play),
    useStep(play),
  );
  play.changed();
  await showReasons(play);
}

/** Starts over with another application. */
async function begin(run, chosen) {
  Object.assign(run, chosen);
  const { secrets, keys } = readKept();
  await open(run, { secrets, keys }, await tables());
}

/** Follows the server's transactions, and draws those of this sign-on. */
async function showReasons(play) {
  const { run, session, reasons, data } = play;
  const { id } = data.environment;
  session.wanted ??= {};
  if (run.transaction !== undefined && Object.keys(session.wanted).length === 0)
    for (const place of ['authorize', 'callback', 'token', 'refresh']) session.wanted[place] = { id: run.transaction };
  const drawn = new Map();
  const older = new Map();
  /** Finds the transactions that are not known yet; one that is not in the stream is fetched. */
  const resolve = async (place) => {
    const sought = session.wanted[place];
    if (sought === undefined) return;
    if (sought.id === undefined) {
      const found = await transactionOf(id, sought).catch(() => undefined);
      if (found === undefined || session.wanted[place] !== sought) return;
      sought.id = found;
      keep(session);
    }
    if (following.has(sought.id) || older.has(sought.id)) return;
    older.set(sought.id, await api.get(inEnvironment(id, `transactions/${encodeURIComponent(sought.id)}`)).catch(() => undefined));
  };
  const draw = (place, element) => {
    const known = session.wanted[place]?.id;
    const transaction = known === undefined ? undefined : (following.get(known) ?? older.get(known));
    const version = JSON.stringify([transaction, element.said]);
    if (drawn.get(place) === version) return;
    drawn.set(place, version);
    drawReasons(element, place, transaction);
    if (place === 'authorize' && transaction && run.transaction !== transaction.id) {
      run.transaction = transaction.id;
      play.changed();
    }
  };
  play.drawReasons = () => {
    for (const [place, element] of reasons) void resolve(place).then(() => draw(place, element));
  };
  // One stream serves the page, whatever environment it shows.
  following ??= await follow(() => current?.drawReasons());
  current = play;
  play.drawReasons();
}

function applicationStep(play) {
  const { run, session, data } = play;
  const { environments, environment, application } = data;
  const name = (id, text) => [id, `${text} (${id.slice(0, 8)})`];
  const environmentChoice = select(
    { id: 'play-environment', onchange: () => begin(emptyRun(), { environment: environmentChoice.value }) },
    environments.map((each) => name(each.id, each.name)),
    environment.id,
  );
  const applicationChoice = select(
    {
      id: 'play-application',
      onchange: () => begin(emptyRun(), { environment: environment.id, application: applicationChoice.value }),
    },
    environment.applications.map((each) => [each.id, `${each.name} (${each.type})`]),
    application.id,
  );
  const configured = application.authenticationMethod;
  const method = select(
    {
      id: 'play-method',
      onchange: () => {
        run.authenticate = method.value === configured ? undefined : method.value;
        showProof();
        play.changed();
      },
    },
    [...new Set([configured, ...methods])].map((each) => [each, each === configured ? `${each} (as configured)` : each]),
    play.method(),
  );
  const secretInput = h('input.code', {
    id: 'play-secret',
    value: play.secret(),
    spellcheck: false,
    autocomplete: 'off',
    oninput: () => {
      session.secrets[application.id] = secretInput.value;
      play.changed();
    },
  });
  const secret = field(
    'Its secret',
    secretInput,
    data.hidesSecrets && h('small.muted', 'The server hides secrets (PINGONE_MOCK_HIDE_SECRETS). Type it here.'),
  );
  const key = h('div');
  const showProof = () => {
    secret.hidden = ['none', 'private_key_jwt'].includes(method.value);
    key.hidden = method.value !== 'private_key_jwt';
    // Most visits do without it.
    if (!key.hidden && key.childElementCount === 0) void import('./playground-key.js').then(({ keyField }) => fill(key, keyField(play)));
  };
  showProof();
  const { type, pkceEnforcement, grantTypes } = application;
  return stepOf(1, 'The application', [
    h(
      'div.play-fields',
      field('Environment', environmentChoice),
      field('Application', applicationChoice),
      field('Authenticates by', method),
      secret,
    ),
    h(
      'p.row',
      [type, `PKCE ${pkceEnforcement}`, ...grantTypes].map((each) => h('span.chip', each)),
    ),
    key,
    application.needs.map((need) => h('p.problem', need)),
    grantTypes.includes('authorization_code') || grantTypes.includes('implicit')
      ? undefined
      : h('p.problem', 'No user can sign on to this application: it has neither the grant AUTHORIZATION_CODE nor IMPLICIT.'),
  ]);
}

let loaded;
const tables = () => {
  loaded ??= fetch(tablesUrl).then((response) => response.json());
  return loaded;
};

async function playground(main) {
  main.append(page);
  const known = await tables();
  const session = readKept();
  // Another address is another sign-on: what this tab keeps does not belong to it.
  const address = location.hash || (session.address ?? '');
  const { run, problem } = readAddress(address, known);
  await open(run, session.address === address ? session : { secrets: session.secrets, keys: session.keys }, known, problem);
  addEventListener('hashchange', () => location.reload());
  if (session.address === address && session.answer && !session.seen) {
    session.seen = true;
    keep(session);
    document.getElementById('play-step-4')?.focus();
  }
}

show(playground);
