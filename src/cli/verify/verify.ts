import { version } from '../../embedded.js';
import { readArguments } from '../arguments.js';
import type { Run } from '../command.js';
import { outputFile } from '../output-file.js';
import { readTenantAccess, tenantFlags } from '../tenant.js';
import { type Connection, connect } from './connection.js';
import type { Fact } from './fact.js';
import { NotAsked } from './not-asked.js';
import { readFacts } from './read-facts.js';
import { type Finding, makeReport, showTable } from './report.js';
import { withStage } from './stage.js';
import { writeFacts } from './write-facts.js';

async function find<S>(connection: Connection, fact: Fact<S>, stage: S): Promise<Finding> {
  const { name, row, evidence } = fact;
  const common = { name, row, evidence, fact: fact.fact, expected: connection.withoutTenant(fact.expected(connection)) };
  try {
    const got = connection.withoutTenant(await fact.observe(connection, stage));
    return { ...common, result: got === common.expected ? 'same' : 'different', got };
  } catch (error) {
    if (error instanceof NotAsked) return { ...common, result: 'not asked', got: connection.withoutTenant(error.message) };
    throw error;
  }
}

/** The facts that need an application and a user; none of them is asked if those cannot be made. */
async function findByWriting(connection: Connection, warn: (text: string) => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    await withStage(
      connection,
      async (stage) => {
        for (const fact of writeFacts) findings.push(await find(connection, fact, stage));
      },
      (what) => warn(`${what} could not be removed: remove it in the console`),
    );
  } catch (error) {
    if (!(error instanceof NotAsked)) throw error;
    const got = connection.withoutTenant(error.message);
    for (const { name, row, evidence, fact, expected } of writeFacts.slice(findings.length))
      findings.push({ name, row, evidence, fact, result: 'not asked', expected: connection.withoutTenant(expected(connection)), got });
  }
  return findings;
}

/** The names that may occur in answers, as far as the worker may read them. */
async function hideNames({ ofApi, hide, clientId }: Connection): Promise<void> {
  for (const path of ['', `/applications/${encodeURIComponent(clientId)}`]) hide((await ofApi(path)).body.name, '{name}');
}

/** Checks in a tenant what the mock knows about PingOne. Exit code 1: something is different. */
export const verify: Run = async ({ argv, output, errors, stop }) => {
  const { values } = readArguments(argv, { ...tenantFlags, write: 'alone', report: 'text', json: 'alone' }, 0);
  const writeReport = values.report === undefined ? undefined : outputFile('--report', values.report);
  const connection = await connect(readTenantAccess(values), stop);
  await hideNames(connection);
  const findings: Finding[] = [];
  for (const fact of readFacts) findings.push(await find(connection, fact, undefined));
  if (values.write) findings.push(...(await findByWriting(connection, (text) => errors.write(`pingone-mock: ${text}\n`))));
  const report = makeReport(findings, { version, writes: values.write ?? false });
  writeReport?.(`${JSON.stringify(report, null, 2)}\n`);
  output.write(values.json ? `${JSON.stringify(report)}\n` : showTable(report));
  return report.counts.different > 0 ? 1 : 0;
};
