// The client of the harness: as little as a client can do, since it shares the machine with what is measured.
import http from 'node:http';

/** So many connections, kept open. */
export function createClient(url, connections) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return ({ path, method = 'GET', headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const request = http.request({ agent, hostname, port, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
}

/** Does a job so many times, so many at once; returns the seconds that it took. A job is given the number of its client. */
export async function repeat(times, atOnce, job) {
  let left = times;
  const before = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async (_none, client) => {
      while (left > 0) {
        left -= 1;
        await job(client);
      }
    }),
  );
  return (performance.now() - before) / 1000;
}

/** A value in the middle: 0.5 is the median, 0.25 and 0.75 are the quartiles. */
export function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

export const median = (numbers) => quantile(numbers, 0.5);
