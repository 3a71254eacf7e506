export default {
  globalSetup: './jest.setup.mjs',
  globalTeardown: './jest.teardown.mjs',
  testMatch: ['**/*.jest.mjs'],
  moduleFileExtensions: ['mjs', 'js'],
  transform: {},
};
