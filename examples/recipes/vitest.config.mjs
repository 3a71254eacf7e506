export default { test: { globalSetup: './vitest.setup.mjs', include: ['*.vitest.mjs'] } };
