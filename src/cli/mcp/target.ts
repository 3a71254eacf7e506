import { call } from '../../library/calls.js';
import { connectMock } from '../../library/connect-mock.js';
import { createManagement } from '../../library/management.js';
import { createRemoteEnvironment } from '../../library/remote-environment.js';
import { fetchTransport } from '../../library/transport.js';
import type { RemoteEnvironment } from '../../library/types.js';
import type { EnvironmentContents } from '../../library/variables.js';
import { type CheckupRuns, createCheckupRuns } from './checkup-runs.js';

interface Options {
  readonly method?: string;
  readonly body?: object;
}

/** The mock that the tools work on. */
export interface Target {
  /** Such as http://127.0.0.1:9400. */
  readonly url: string;
  /** An environment by its id; without one, the default environment. */
  environment(id: string | undefined): Promise<RemoteEnvironment>;
  /** Calls the control API; the path is below /__mock/v1. */
  control(path: string, options?: Options): Promise<unknown>;
  /** Calls the control API of an environment; the path is below /__mock/v1/environments/ID. */
  controlIn(id: string | undefined, path: string, options?: Options): Promise<unknown>;
  /** The checkups that were asked for. */
  readonly checkups: CheckupRuns;
  /** Calls the management API of an environment; the path is below /v1/environments/ID. */
  manage(id: string | undefined, path: string, options?: Options): Promise<unknown>;
}

/**
 * Connects the tools to a running mock.
 * @throws {MockError} if there is none at this address
 */
export async function connectTarget(address: string): Promise<Target> {
  const { url } = await connectMock(address);
  const transport = fetchTransport(url);
  const control: Target['control'] = (path, options) => call(transport, `/__mock/v1${path}`, options);
  const controlIn: Target['controlIn'] = (id = 'default', path, options) =>
    control(`/environments/${encodeURIComponent(id)}${path}`, options);
  const contents = async (id: string | undefined) => (await controlIn(id, '')) as EnvironmentContents;
  return {
    url,
    checkups: createCheckupRuns(transport, (id) => contents(id)),
    control,
    controlIn,
    environment: async (id) => createRemoteEnvironment(transport, await contents(id)),
    manage: async (id, path, options) => createManagement(transport, (await contents(id)).id).send(path, options),
  };
}
