import type { ServerFacts } from '../server/start.js';
import type { Settings } from '../settings/read.js';

/** The line that scripts wait for. */
export function readyLine(
  { url, httpsUrl, environmentId, issuer, discovery, inspector }: ServerFacts,
  { workers }: Settings,
  version: string,
): string {
  const addresses = { url, ...(httpsUrl !== undefined && { httpsUrl }), environmentId, issuer, discovery, inspector };
  return `${JSON.stringify({ event: 'ready', ...addresses, ...(workers !== 1 && { workers }), version })}\n`;
}

// More rows would push the important lines off the screen.
const mostRows = 12;

/** What a person sees first: the addresses, who can sign on, and what to paste. */
export function banner(server: ServerFacts, { hideSecrets, inspector, proxy, workers }: Settings, version: string): string {
  const { applications, users } = server;
  const redirecting = applications.find(({ type }) => type !== 'WORKER' && type !== 'SERVICE') ?? applications[0];
  return [
    '',
    `  pingone-mock ${version}   MOCK of PingOne, for development and tests only`,
    '',
    `  URL           ${server.url}`,
    ...(server.httpsUrl === undefined ? [] : [`  HTTPS         ${server.httpsUrl}`]),
    `  Issuer        ${server.issuer}`,
    `  Discovery     ${server.discovery}`,
    ...(inspector ? [`  Inspector     ${server.inspector}`] : []),
    ...(workers === 1 ? [] : [`  Workers       ${workers} processes, which share their state`]),
    ...(proxy ? [`  Proxy         HTTPS_PROXY=${server.url}`] : []),
    ...(server.ca === undefined ? [] : [`  CA            ${server.url}/__mock/ca.pem`]),
    ...(server.keyHash === undefined ? [] : [`  Key hash      ${server.keyHash}   (sha256 of the key, for Chromium)`]),
    '',
    ...table(
      'Applications',
      applications.map(({ name, type, id }) => [name, type, id]),
    ),
    ...table(
      'Users',
      users.map(({ username, password }) => [username, hideSecrets ? '' : (password ?? '')]),
    ),
    '  For your application’s .env file:',
    '',
    `PINGONE_ENVIRONMENT_ID=${server.environmentId}`,
    `OIDC_ISSUER=${server.issuer}`,
    `OIDC_CLIENT_ID=${redirecting?.id ?? ''}`,
    '',
    '',
  ].join('\n');
}

function table(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, mostRows);
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  return [
    `  ${title}`,
    ...shown.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd()),
    ...(rows.length > mostRows ? [`    and ${rows.length - mostRows} more`] : []),
    '',
  ];
}
