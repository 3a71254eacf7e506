import { setTimeout as pause } from 'node:timers/promises';
import { object } from '../../lib/schema/types.js';
import type { CheckupFinding } from '../../library/types.js';
import { environment, flag, text, texts } from './arguments.js';
import type { CheckupRun } from './checkup-runs.js';
import { type Tool, tool } from './tool.js';

/** Less than agents wait for an answer. */
const patienceMilliseconds = 45_000;
const mostShown = 25;

const shown = ({ id, title, verdict, expects, remark, must, spec, gain, fix, transaction }: CheckupFinding) => ({
  id,
  title,
  verdict,
  expected: expects,
  remark,
  must: `${must} (${spec})`,
  otherwise: gain,
  fix,
  transaction,
});

function stateOf({ findings, all, report, problem }: CheckupRun): string {
  if (report) return 'done';
  if (problem) return `stopped after ${findings.length} of ${all} cases: ${problem.message}`;
  return `running: ${findings.length} of ${all === 0 ? 'all' : all} cases; call run_checkup again with the same arguments`;
}

/** What an agent needs of a checkup: how it went, and each wrong answer with what to do. */
function summary(run: CheckupRun) {
  const { start, findings, success } = run;
  const wrong = findings.filter(({ ok }) => !ok);
  return {
    start,
    state: stateOf(run),
    as_expected: findings.filter(({ ok, verdict }) => ok && verdict !== 'does not apply').length,
    wrong: wrong.length,
    does_not_apply: findings.filter(({ verdict }) => verdict === 'does not apply').length,
    taken_as_success: success,
    wrong_answers: wrong.slice(0, mostShown).map(shown),
    ...(wrong.length > mostShown && { more: 'run it again with `only` for the others' }),
  };
}

/** Arguments in one order, whichever they came in. */
const inOrder = (given: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(given).sort(([one], [other]) => (one < other ? -1 : 1))));

/** Waits until a run has ended, or an agent would not wait any longer. */
async function waitFor(run: CheckupRun, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController();
  const stop = () => run.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([run.ended, pause(patienceMilliseconds, undefined, { signal: waiting.signal })]);
  } finally {
    waiting.abort();
    signal.removeEventListener('abort', stop);
  }
}

/** Tools that check the application itself. */
export const checkupTools: readonly Tool[] = [
  tool({
    name: 'run_checkup',
    description:
      'Check an application that uses this mock: sign on again and again, each time with one thing wrong (callback, PKCE, ID token, keys, session), and report what it should have refused, with the fix. Takes a minute or more; call it again with the same arguments to go on waiting.',
    input: object(
      { start: text('The address that begins a sign-on, such as http://localhost:3000/login.') },
      {
        environment,
        user: text('Who signs on. Default: the first user.'),
        only: texts('Only cases whose name or group begins like one of these, such as "state" or "id token".'),
        success: text('A text of the page, or the path of its address, that shows a sign-on which succeeded. Default: it is worked out.'),
        browser: flag('Use a Chromium, for a single-page application; needs playwright-core in the project.'),
        click: text('With browser: the button or link of the start page that begins the sign-on.'),
        protected_page: text(
          'The address of a page that shows who is signed on, for the cases of refresh and sign-off. Default: where a sign-on ends.',
        ),
        sign_off: text('The address that signs people off. Default: what that page links to.'),
        second_start: text('The address that begins a sign-on at another environment of this mock, for a mix-up of two providers.'),
      },
    ),
    async run(given, { checkups }, signal) {
      const { environment: id = 'default', protected_page: protectedPage, sign_off: signOff, second_start: secondStart, ...others } = given;
      const asked = inOrder({ ...given, environment: id });
      const options = {
        ...others,
        ...(protectedPage !== undefined && { protectedPage }),
        ...(signOff !== undefined && { signOff }),
        ...(secondStart !== undefined && { secondStart }),
      };
      const { current } = checkups;
      if (current && !current.over && current.asked !== asked)
        throw new Error(`a checkup of ${current.start} is running: call run_checkup with its arguments to wait for it: ${current.asked}`);
      const run = current?.asked === asked ? current : await checkups.begin(id, options, asked);
      try {
        await waitFor(run, signal);
      } finally {
        if (run.over) checkups.forget(run);
      }
      return summary(run);
    },
  }),
];
