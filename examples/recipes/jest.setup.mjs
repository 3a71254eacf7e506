import { startMock } from 'pingone-mock';

export default async function setup() {
  globalThis.mock = await startMock();
  Object.assign(process.env, globalThis.mock.env);
}
