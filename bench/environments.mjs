// node bench/environments.mjs: how long an environment of one's own takes to make (target: under 5 ms).
import { createMock } from '../dist/index.js';
import { median } from './client.mjs';

const mock = await createMock();
const contents = { apps: [{}], users: [{ username: 'alice', password: 'Alice-Passw0rd' }] };
const times = [];
for (let number = 0; number < 300; number += 1) {
  const before = performance.now();
  await mock.createEnvironment(contents);
  times.push(performance.now() - before);
}
const sorted = times.toSorted((a, b) => a - b);
console.log(
  `createEnvironment: first ${times[0].toFixed(2)} ms, median ${median(times).toFixed(2)} ms, 95 % within ${sorted[285].toFixed(2)} ms`,
);
await mock.close();
