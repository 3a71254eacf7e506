import type { Run } from '../checkup/runs.js';
import type { Report } from '../checkup/types.js';
import { array, boolean, integer, object, oneOf, string } from '../lib/schema/types.js';
import { moment, named, texts } from './answer-schemas.js';

const seenRequest = object({ method: string, path: string, parameters: texts }, { status: integer, changed: string });

/** `gain`: what an attacker gains, or what people notice. `fix`: how to fix it with a library that was recognised.
 * `milliseconds`: how long it took, by the mock's clock. */
export const findingSchema = named(
  'CheckupFinding',
  object(
    {
      id: string,
      group: string,
      title: string,
      spec: string,
      must: string,
      gain: string,
      expects: oneOf('refused', 'accepted', 'any'),
      verdict: oneOf('refused', 'accepted', 'crashed', 'does not apply'),
      ok: boolean,
      milliseconds: integer,
    },
    { remark: string, transaction: string, fix: object({ library: string, line: string, docs: string }), requests: array(seenRequest) },
  ),
);

const problem = object({ message: string }, { fix: string });

/** `success`: what was taken as success. `libraries`: those that the application seems to use, and what shows it. */
const reportMembers = {
  start: string,
  clientId: string,
  user: string,
  at: moment,
  success: texts,
  libraries: array(object({ name: string, docs: string, by: string })),
  findings: array(findingSchema),
};
export const reportSchema = named('CheckupReport', object(reportMembers, { problem }));

/** `all`: how many cases there are; `findings` has those that are done. */
export const runSchema = named(
  'Checkup',
  object({ id: string, state: oneOf('running', 'finished', 'stopped', 'failed'), all: integer, ...reportMembers }, { problem }),
);

/** Why a checkup could not go on. */
export const problemBody = ({ problem }: Pick<Run, 'problem'>) =>
  problem && { problem: { message: problem.message, ...('fix' in problem && { fix: String(problem.fix) }) } };

/** The report as a file, which says why cases are missing. */
export function reportBody({ report, state, problem: why }: Pick<Run, 'report' | 'state' | 'problem'>): Report {
  const messages = { running: 'it is still running', stopped: 'somebody stopped it', failed: why?.message ?? '', finished: '' };
  return state === 'finished' ? report : { ...report, ...(problemBody({ problem: why }) ?? { problem: { message: messages[state] } }) };
}

export const runBody = (run: Run) => ({ id: run.id, state: run.state, all: run.all, ...run.report, ...problemBody(run) });
