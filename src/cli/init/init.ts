import { resolve } from 'node:path';
import { derivedId } from '../../lib/derived-id.js';
import { readArguments } from '../arguments.js';
import type { Run } from '../command.js';
import { outputFile } from '../output-file.js';
import { workingSeed } from '../working-seed.js';
import { findProject, type Project } from './find-framework.js';
import type { Connection } from './frameworks.js';

const person = { username: 'alice', password: 'Alice-Passw0rd' };

/** The seed of a project, and what its application needs to know. */
export function seedFor({ name, framework }: Project): { seed: object; connection: Connection } {
  const { type, origin, callback } = framework;
  const environmentId = derivedId('environment', name, '1');
  const clientId = derivedId('application', environmentId, name);
  const redirectUri = `${origin}${callback}`;
  const clientSecret = type === 'WEB_APP' ? 'local-secret' : '';
  return {
    seed: {
      environments: [
        {
          id: environmentId,
          name,
          users: [{ ...person, email: 'alice@example.com', name: { given: 'Alice', family: 'Archer', formatted: 'Alice Archer' } }],
          applications: [
            {
              id: clientId,
              name,
              type,
              ...(clientSecret !== '' && { secret: clientSecret }),
              redirectUris: [redirectUri],
              postLogoutRedirectUris: [`${origin}/`],
              grants: [{ resource: 'openid', scopes: ['profile', 'email'] }],
            },
          ],
        },
      ],
    },
    connection: { issuer: `http://localhost:9400/${environmentId}/as`, clientId, clientSecret, redirectUri },
  };
}

/** `init`: writes a seed for the project in this folder, unless there is one, and prints the settings of its application. */
export const init: Run = async ({ argv, output, errors }) => {
  const { values } = readArguments(argv, { out: 'text', json: 'alone' }, 0);
  const file = values.out ?? workingSeed;
  const project = findProject(resolve('.'));
  const { seed, connection } = seedFor(project);
  const { framework } = project;
  try {
    outputFile('--out', file, { overwrites: false })(`${JSON.stringify(seed, null, 2)}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    errors.write(`pingone-mock: ${file} already exists and was not changed; use --out FILE to write another one\n`);
    return 1;
  }
  const settings = framework.settings(connection);
  if (values.json) {
    output.write(`${JSON.stringify({ file, framework: framework.name, ...connection, settingsFile: framework.settingsFile, settings })}\n`);
    return 0;
  }
  const start = file === workingSeed ? 'pingone-mock' : `pingone-mock --config ${file}`;
  output.write(
    [
      `✓ ${file}: for ${framework.name}`,
      '',
      `${framework.settingsFile}:`,
      ...settings.map((line) => `  ${line}`),
      '',
      `Start it: ${start}`,
      `Sign on:  ${person.username}, ${person.password}`,
      '',
    ].join('\n'),
  );
  return 0;
};
