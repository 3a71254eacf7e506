/** The half of the library that has the server in it. The build makes it a file of its own, which the first mock loads. */
export { createMock } from './create-mock.js';
export { startMock } from './start-mock.js';
