import { startMock } from 'pingone-mock';

export default async function setup(project) {
  const mock = await startMock();
  project.provide('mockUrl', mock.url);
  return () => mock.close();
}
