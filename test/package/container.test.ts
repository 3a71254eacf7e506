import { readFileSync } from 'node:fs';
import t from 'tap';

const dockerfile = readFileSync('Dockerfile', 'utf8').replace(/\\\n\s*/g, '');
const stages = dockerfile.split(/^FROM /m).slice(1);
const instructions = (stage: string, name: string) => [...stage.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, rest]) => rest);

t.test('the shipped images have no RUN, no root user, and a health check', async (t) => {
  const shipped = stages.slice(1);
  t.equal(shipped.length, 2);
  for (const stage of shipped) {
    t.same(instructions(stage, 'RUN'), [], 'nothing is run, so that a build for another platform needs no emulation');
    t.same(instructions(stage, 'EXPOSE'), ['9400 9443']);
    t.same(instructions(stage, 'VOLUME'), []);
    t.match(instructions(stage, 'HEALTHCHECK')[0], /--start-interval=250ms.* CMD \[.*"healthcheck"\]$/);
    t.match(instructions(stage, 'ENTRYPOINT')[0], /^\[".*node", "dist\/cli\.js"\]$/);
    t.ok(/^USER 1000$/m.test(stage) || /:nonroot/.test(stage), 'not root');
    t.notMatch(stage, /NODE_ENV/, 'it would warn at every start');
    t.same(
      instructions(stage, 'COPY').map((copy) => copy?.split(' ').at(-1)),
      ['/seed', './dist/cli.js'],
      'the bundle, and where a seed is mounted',
    );
  }
});

t.test('the build context includes whatever the Dockerfile copies', async (t) => {
  const ignored = readFileSync('.dockerignore', 'utf8');
  for (const copied of instructions(stages[0] ?? '', 'COPY').flatMap((copy) => (copy ?? '').split(' ').slice(0, -1)))
    t.ok(ignored.includes(`\n!${copied.replace('./', '')}\n`), copied);
});

t.test('nothing is loaded before the program can receive signals', async (t) => {
  const bundle = readFileSync('dist/cli.js', 'utf8');
  t.notOk(/\bfrom ?"node:/.test(bundle), 'no import of Node’s own modules is left above it');
});
