// Builds dist/: cli.js (the command, one bundled file) and the library with its types.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

process.chdir(new URL('..', import.meta.url).pathname);
const node = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

// Imports of a bundle are loaded before its first statement, however deep they stood. Node's own modules are made to wait
// as well, until they are needed: as process 1 of a container the program must take signals from its first moment.
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) => (kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined));
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
  },
};

rmSync('dist', { recursive: true, force: true });
node('tools/embed.mjs');
node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await build({
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  allowOverwrite: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
  plugins: [lazyBuiltins],
  logLevel: 'warning',
});
chmodSync('dist/cli.js', 0o755);
