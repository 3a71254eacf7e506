import { type ExpressionTrial, type TriedExpression, tryExpression, UnknownInTrial } from '../oauth/tokens/try-expression.js';
import { SettingsError } from '../settings/read.js';
import { readArguments } from './arguments.js';
import type { Invocation, Run } from './command.js';
import { askControl, mockUrl, NotRunning } from './control-client.js';
import { readObject } from './json-flag.js';
import { openOffline } from './offline.js';

const flags = {
  user: 'text',
  'client-id': 'text',
  request: 'text',
  env: 'text',
  url: 'text',
  config: 'text',
  offline: 'alone',
  json: 'alone',
} as const;

interface Where {
  readonly env?: string;
  readonly url?: string;
  readonly config?: string;
  readonly offline?: boolean;
}

async function tryOffline(trial: ExpressionTrial, { env: environmentId, config: configFile }: Where): Promise<TriedExpression> {
  const { environments } = await openOffline({ ...(configFile !== undefined && { configFile }) });
  const environment = environmentId === undefined ? environments.list()[0] : environments.get(environmentId.toLowerCase());
  if (!environment) throw new SettingsError(`the seed has no environment${environmentId === undefined ? '' : ` ${environmentId}`}`);
  try {
    return await tryExpression(environment, trial);
  } catch (error) {
    throw error instanceof UnknownInTrial ? new SettingsError(error.message) : error;
  }
}

async function tryIt({ env, stop, errors }: Invocation, trial: ExpressionTrial, where: Where): Promise<TriedExpression> {
  if (where.offline || where.config !== undefined) return tryOffline(trial, where);
  const { expression, user, client, request } = trial;
  const body = {
    expression,
    ...(user !== undefined && { user }),
    ...(client !== undefined && { client_id: client }),
    ...(request && { request }),
  };
  const url = mockUrl(where.url, env);
  try {
    return (await askControl(url, `/environments/${where.env ?? 'default'}/expression`, { body, signal: stop })) as TriedExpression;
  } catch (error) {
    if (!(error instanceof NotRunning) || where.url !== undefined) throw error;
    errors.write('pingone-mock: no mock is running: evaluated with the built-in seed\n');
    return tryOffline(trial, where);
  }
}

/** The parts, each with its value, and then the whole. */
function asText({ value, error, parts }: TriedExpression, expression: string): string {
  const width = Math.min(60, Math.max(0, ...parts.map(({ part }) => part.length)));
  const lines = parts.map(({ part, value: held }) => `${part.padEnd(width)}  ${JSON.stringify(held)}`);
  const end = error
    ? [`error: ${error.message}, at position ${error.at}`, expression, `${' '.repeat(error.at)}^`]
    : [`= ${JSON.stringify(value)}`];
  return [...lines, ...end].join('\n');
}

/** Prints the value of an expression of an attribute mapping, and of each part of it. */
export const expression: Run = async (invocation) => {
  const { values, words } = readArguments(invocation.argv, flags, 1);
  const [text] = words;
  if (text === undefined) throw new SettingsError('Name an expression: pingone-mock expression \'user.name.given + "!"\' --user alice');
  const request = readObject('--request', values.request, '{"grantType":"client_credentials"}');
  const trial = { expression: text, user: values.user, client: values['client-id'], request };
  const tried = await tryIt(invocation, trial, values);
  invocation.output.write(`${values.json ? JSON.stringify(tried) : asText(tried, text)}\n`);
  return tried.error ? 1 : 0;
};
