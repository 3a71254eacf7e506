import { diagnoseAuthorizationRequest } from '../diagnosis/authorization.js';
import { diagnoseUnknown } from '../diagnosis/client.js';
import { diagnoseUngranted } from '../diagnosis/scopes.js';
import type { Context, Environment } from '../environment/context.js';
import { type Application, toClient } from '../environment/model/application.js';
import { judgeClient } from '../oauth/authorize/judge-client.js';
import { judgeAuthorizationRequest } from '../oauth/authorize/judge-request.js';
import { grantableScopes, resolveScopes } from '../oauth/tokens/scopes.js';
import { readParameters } from '../protocol/authorization-parameters.js';
import { words } from '../protocol/authorization-request.js';
import { failed } from '../protocol/check.js';
import type { Client } from '../protocol/client.js';
import { type Diagnosis, diagnoseRule, diagnoseUnknownEnvironment } from '../protocol/mistakes/index.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { diagnosisText } from './diagnosis-text.js';
import { explainNames, explainRequest, explainTarget, type Finding } from './explain-rules.js';
import { openOffline } from './offline.js';

/** A client that may do everything: an unknown application is checked against the standards alone. */
const anyClient: Client = {
  id: '',
  name: 'any application',
  enabled: true,
  type: 'CUSTOM_APP',
  grantTypes: ['authorization_code', 'implicit'],
  responseTypes: ['code', 'token', 'id_token'],
  authenticationMethod: 'none',
  pkceEnforcement: 'OPTIONAL',
  redirectUris: [],
  wildcardRedirectUris: false,
  postLogoutRedirectUris: [],
};

async function explainScope(environment: Environment, application: Application, scope: string | undefined): Promise<Finding> {
  const granted = await grantableScopes(environment, application);
  const { scopes, checks } = resolveScopes(granted, words(scope), application.requestScopesForMultipleResourcesEnabled === true);
  const check = failed(checks);
  if (check) {
    const ungranted = check.rule === 'scope_granted' ? await diagnoseUngranted(environment, words(scope), application.name) : undefined;
    const diagnosis = ungranted ?? diagnoseRule(check);
    return { parameter: 'scope', outcome: 'fault', text: diagnosis.title, diagnosis };
  }
  const dropped = words(scope).filter((name) => !scopes.includes(name));
  return dropped.length > 0
    ? { parameter: 'scope', outcome: 'warning', text: `${dropped.join(' ')} is not granted to the application and will be dropped` }
    : { parameter: 'scope', outcome: 'good', text: scopes.join(' ') };
}

const wireOf = (parameters: URLSearchParams): Record<string, string | string[]> =>
  Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length > 1 ? values : (values[0] as string)];
    }),
  );

/** The diagnosis that a server with this seed would give. */
async function judgedByServer(environment: Environment, url: URL): Promise<Diagnosis | undefined> {
  const wire = wireOf(url.searchParams);
  // Only the server knows pushed parameters.
  if (wire.request_uri !== undefined) return undefined;
  const asked = {
    ...readParameters(wire),
    issuer: `${url.origin}/${environment.id}/as`,
  };
  const { decision, parameters, application } = await judgeClient(environment, asked);
  const rest = decision.refusedBy ? [] : (await judgeAuthorizationRequest(environment, { ...asked, ...decision.value, parameters })).checks;
  return diagnoseAuthorizationRequest(environment, parameters, application && toClient(application), [...decision.checks, ...rest]);
}

/** Adds the server's diagnosis where the findings lack it. */
function withServersView(findings: readonly Finding[], diagnosis: Diagnosis | undefined): readonly Finding[] {
  if (!diagnosis || findings.some((finding) => finding.diagnosis?.code === diagnosis.code)) return findings;
  const said = { outcome: 'fault', text: diagnosis.title, diagnosis } as const;
  if (!diagnosis.code.startsWith('redirect_uri')) return [...findings, { parameter: 'request', ...said }];
  return findings.map((finding) => (finding.parameter === 'redirect_uri' ? { ...finding, ...said } : finding));
}

/** The environment in the path, or why there is none. A URL that means nothing in the seed is checked against the standards alone. */
async function findEnvironment({ environments }: Context, environmentId: string, clientId: string | undefined, isSeedGiven: boolean) {
  const environment = environments.get(environmentId.toLowerCase());
  if (environment || environmentId === '') return { environment: environment ?? environments.list()[0] };
  const all = environments.list();
  const owned = await Promise.all(all.map(({ store }) => (clientId === undefined ? undefined : store.applications.get(clientId))));
  if (!isSeedGiven && !owned.some(Boolean)) return { environment: all[0] };
  const diagnosis = diagnoseUnknownEnvironment(
    environmentId,
    all.map(({ id, record }) => ({ id, name: record.name })),
  );
  return { environment: all[owned.findIndex(Boolean)] ?? all[0], diagnosis };
}

const isKnownTo = async (environments: readonly Environment[], clientId: string): Promise<boolean> =>
  (await Promise.all(environments.map(({ store }) => store.applications.get(clientId)))).some(Boolean);

/**
 * Judges an authorization request by a seed, part by part; `isSeedGiven`: whether it is that of the server which the URL means.
 */
export async function explain(url: URL, context: Context, isSeedGiven: boolean): Promise<readonly Finding[]> {
  const [, environmentId = '', path] = /^\/([^/]+)\/as\/(authorize|par)\/?$/.exec(url.pathname) ?? [];
  const findings: Finding[] = [];
  if (path === undefined)
    findings.push({ parameter: 'path', outcome: 'warning', text: `${url.pathname} is not PingOne’s path, /{environmentId}/as/authorize` });
  const clientId = url.searchParams.get('client_id') || undefined;
  const { environment, diagnosis: unknown } = await findEnvironment(context, environmentId, clientId, isSeedGiven);
  if (unknown) findings.push({ parameter: 'path', outcome: 'fault', text: unknown.title, diagnosis: unknown });
  const application = clientId === undefined ? undefined : await environment?.store.applications.get(clientId);
  // If the seed has neither the environment nor the application, the URL means another server.
  const isOfSeed = isSeedGiven || clientId === undefined || (await isKnownTo(environment?.others() ?? [], clientId));
  if (environment && !application && isOfSeed) {
    const diagnosis = await diagnoseUnknown(environment, clientId);
    findings.push({ parameter: 'client_id', outcome: 'fault', text: diagnosis.title, diagnosis });
  } else
    findings.push({
      parameter: 'client_id',
      outcome: 'good',
      text: application?.name ?? 'not in the default seed: checked against the standards alone',
    });
  const client = application && toClient(application);
  findings.push(
    ...explainNames(url.searchParams),
    ...explainTarget(url.searchParams, client),
    ...explainRequest(url.searchParams, client ?? anyClient),
  );
  if (!environment || !application) return findings;
  findings.push(await explainScope(environment, application, url.searchParams.get('scope') || undefined));
  return withServersView(findings, await judgedByServer(environment, url));
}

const marks = { good: '✓', warning: '!', fault: '✗' } as const;

/** Reports what is valid, doubtful or invalid in an authorize URL. Needs no server; exit code 1 if anything is invalid. */
export const explainUrl: Run = async ({ argv, output }) => {
  const { values, words: given } = readArguments(argv, { config: 'text', json: 'alone' }, 1);
  const [text] = given;
  if (text === undefined || !URL.canParse(text))
    throw new SettingsError('expected a complete URL in quotes, such as "http://localhost:9400/…/as/authorize?…"');
  const findings = await explain(new URL(text), await openOffline({ configFile: values.config }), values.config !== undefined);
  const invalid = findings.filter(({ outcome }) => outcome === 'fault');
  if (values.json) output.write(`${JSON.stringify({ ok: invalid.length === 0, findings })}\n`);
  else {
    for (const { parameter, outcome, text: said } of findings) output.write(`${marks[outcome]} ${parameter.padEnd(22)} ${said}\n`);
    for (const { diagnosis } of invalid) if (diagnosis) output.write(`\n${diagnosisText(diagnosis)}`);
  }
  return invalid.length > 0 ? 1 : 0;
};
