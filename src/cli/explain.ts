import type { Environment } from '../context.js';
import { words } from '../core/authorization-request.js';
import { failed } from '../core/check.js';
import type { Client } from '../core/client.js';
import { diagnoseRule } from '../core/diagnosis/index.js';
import { diagnoseUnknown } from '../domain/diagnose-client.js';
import { grantableScopes, resolveScopes } from '../domain/scopes.js';
import { type Application, toClient } from '../pingone/application.js';
import { SettingsError } from '../settings.js';
import { readArguments } from './arguments.js';
import type { Run } from './command.js';
import { diagnosisText } from './diagnosis-text.js';
import { explainNames, explainRequest, explainTarget, type Finding } from './explain-rules.js';
import { openOffline } from './offline.js';

/** A client that may do everything: where no seed says more, only the standards judge. */
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
    const diagnosis = diagnoseRule(check);
    return { parameter: 'scope', outcome: 'fault', text: diagnosis.title, diagnosis };
  }
  const dropped = words(scope).filter((name) => !scopes.includes(name));
  return dropped.length > 0
    ? { parameter: 'scope', outcome: 'warning', text: `${dropped.join(' ')} is not granted to the application and will be left out` }
    : { parameter: 'scope', outcome: 'good', text: scopes.join(' ') };
}

async function explain(url: URL, configFile: string | undefined): Promise<Finding[]> {
  const { environments } = await openOffline({ configFile });
  const [, environmentId = '', path] = /^\/([^/]+)\/as\/(authorize|par)\/?$/.exec(url.pathname) ?? [];
  const findings: Finding[] = [];
  if (path === undefined)
    findings.push({ parameter: 'path', outcome: 'warning', text: `${url.pathname} is not PingOne’s /{environmentId}/as/authorize` });
  const clientId = url.searchParams.get('client_id') || undefined;
  const environment = environments.get(environmentId.toLowerCase()) ?? environments.list()[0];
  const application = clientId === undefined ? undefined : await environment?.store.applications.get(clientId);
  if (environment && !application && (configFile !== undefined || clientId === undefined)) {
    const diagnosis = await diagnoseUnknown(environment, clientId);
    findings.push({ parameter: 'client_id', outcome: 'fault', text: diagnosis.title, diagnosis });
  } else
    findings.push({
      parameter: 'client_id',
      outcome: 'good',
      text: application?.name ?? 'not in the default seed: judged by the standards alone',
    });
  const client = application && toClient(application);
  findings.push(
    ...explainNames(url.searchParams),
    ...explainTarget(url.searchParams, client),
    ...explainRequest(url.searchParams, client ?? anyClient),
  );
  if (environment && application) findings.push(await explainScope(environment, application, url.searchParams.get('scope') || undefined));
  return findings;
}

const marks = { good: '✓', warning: '!', fault: '✗' } as const;

/** Says of an authorize URL what is right, what is doubtful and what is wrong. Needs no server; exit code 1 for a fault. */
export const explainUrl: Run = async ({ argv, output }) => {
  const { values, words: given } = readArguments(argv, { config: 'text', json: 'alone' }, 1);
  const [text] = given;
  if (text === undefined || !URL.canParse(text))
    throw new SettingsError('expected a whole URL in quotes, as "http://localhost:9400/…/as/authorize?…"');
  const findings = await explain(new URL(text), values.config);
  const faults = findings.filter(({ outcome }) => outcome === 'fault');
  if (values.json) output.write(`${JSON.stringify({ ok: faults.length === 0, findings })}\n`);
  else {
    for (const { parameter, outcome, text: said } of findings) output.write(`${marks[outcome]} ${parameter.padEnd(22)} ${said}\n`);
    for (const { diagnosis } of faults) if (diagnosis) output.write(`\n${diagnosisText(diagnosis)}`);
  }
  return faults.length > 0 ? 1 : 0;
};
