// What `npm run bench -- …` may say.

/**
 * How much is done: the rounds of a row, those of a row that starts servers anew, the part of the jobs before and in a round, the users,
 * the flows after which memory is read, those that count as the first, and the users of the large and the small environment.
 */
export const scales = {
  full: { rounds: 9, starts: 9, jobs: 1, users: 10_000, flows: 100_000, first: 1000, many: 100_000, few: 1000 },
  quick: { rounds: 3, starts: 5, jobs: 1, users: 10_000, flows: 5000, first: 1000, many: 20_000, few: 1000 },
  /** Each row once, with next to nothing: it shows that the harness works, and no figure of it means anything. */
  smoke: { rounds: 1, starts: 1, jobs: 0.001, users: 5, flows: 10, first: 4, many: 130, few: 120 },
};

/** So many jobs at a scale; at least one. */
export const some = (jobs, scale) => Math.max(1, Math.ceil(jobs * scale.jobs));

/**
 * Reads the arguments: `--quick` or `--smoke`, `--markdown`, and the names of rows.
 * @throws {Error} with a sentence for the person who typed them
 */
export function readArguments(argv, names) {
  const options = argv.filter((word) => word.startsWith('--'));
  const only = argv.filter((word) => !word.startsWith('--'));
  const unknown = options.find((word) => !['--quick', '--smoke', '--markdown'].includes(word));
  if (unknown) throw new Error(`${unknown} is not an option: there are --quick, --smoke and --markdown`);
  if (options.includes('--quick') && options.includes('--smoke')) throw new Error('--quick and --smoke exclude each other');
  const missing = only.find((name) => !names.includes(name));
  if (missing) throw new Error(`There is no row ${missing}. The rows: ${names.join(', ')}.`);
  const scale = options.includes('--smoke') ? 'smoke' : options.includes('--quick') ? 'quick' : 'full';
  return { scale, markdown: options.includes('--markdown'), only };
}
