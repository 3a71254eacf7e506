// Figures of two servers in turn. What a busy machine does to one round it does to both: each round has a ratio of its own.
import { createClient, median, quantile, repeat } from './client.mjs';
import { createUsers, jobs } from './jobs.mjs';

/** CPU milliseconds of one job and jobs a second. */
export async function timed(server, job, { count, atOnce }) {
  const before = server.cpu();
  const seconds = await repeat(count, atOnce, job);
  return { cpu: (server.cpu() - before) / count, rate: count / seconds };
}

/** The median and the quartiles of ratios. */
export const spread = (ratios) => ({ median: median(ratios), quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)] });

/** The ratios of one member of the figures, round by round, and the medians on both sides. */
export function ratiosOf([ours, theirs], member) {
  const of = (figures) => median(figures.map((figure) => figure[member]));
  return { ...spread(ours.map((figure, round) => figure[member] / theirs[round][member])), sides: [of(ours), of(theirs)] };
}

/** The jobs of two servers. Without a limit both are mocks, each with what it needs. */
async function jobsOf(name, servers, isLimit) {
  const [first, second] = servers.map((server) => createClient(server.url, 16));
  if (isLimit) {
    const { mock, limit } = await jobs[name]({ mock: first, limit: second });
    return [mock, limit];
  }
  return [(await jobs[name]({ mock: first })).mock, (await jobs[name]({ mock: second })).mock];
}

/**
 * Figures of a job on two servers that run side by side, after so many jobs to warm up. `begin` starts the two; the second is
 * the limit if `isLimit`.
 */
export async function warmFigures(name, begin, { warm, count, rounds, atOnce = 16, users = 0, isLimit = true }) {
  const servers = [await begin[0](), await begin[1]()];
  try {
    for (const [at, server] of servers.entries())
      if (users > 0 && !(isLimit && at === 1)) await createUsers(createClient(server.url, 8), users);
    const both = await jobsOf(name, servers, isLimit);
    for (const job of both) await repeat(warm, atOnce, job);
    const figures = [[], []];
    for (let round = 0; round < rounds; round += 1)
      for (const at of round % 2 ? [1, 0] : [0, 1]) figures[at].push(await timed(servers[at], both[at], { count, atOnce }));
    return figures;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Figures of the first jobs after a start: in each round both servers are started anew. */
export async function firstFigures(name, begin, { count, rounds, atOnce = 16, isLimit = true }) {
  const figures = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const servers = [await begin[0](), await begin[1]()];
    const both = await jobsOf(name, servers, isLimit);
    for (const at of [0, 1]) figures[at].push(await timed(servers[at], both[at], { count, atOnce }));
    await Promise.all(servers.map((server) => server.stop()));
  }
  return figures;
}

/** CPU milliseconds of whole starts up to the first answer to a path. */
export async function startFigures(begin, paths, rounds) {
  const figures = [[], []];
  for (let round = 0; round < rounds; round += 1)
    for (const at of [0, 1]) {
      const server = await begin[at]();
      await createClient(server.url, 1)({ path: paths[at] });
      figures[at].push({ cpu: server.cpu() });
      await server.stop();
    }
  return figures;
}
