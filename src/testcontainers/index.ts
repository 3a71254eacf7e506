/** The mock in a container, for Testcontainers: `import { startPingOneMock } from 'pingone-mock/testcontainers'`. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectMock } from '../library/connect-mock.js';
import type { ConnectedMock } from '../library/types.js';
import { type ContainerOptions, containerSettings } from './settings.js';

export { type ContainerOptions, type ContainerSettings, containerSettings } from './settings.js';

/** The part of a Testcontainers container that this module uses. */
export interface StartedContainer {
  getHost(): string;
  getMappedPort(port: number): number;
  stop(): Promise<unknown>;
}

/** The part of Testcontainers' `GenericContainer` that is used, the same in every version since 10. */
export interface ContainerBuilder {
  withExposedPorts(...ports: number[]): this;
  withEnvironment(environment: Record<string, string>): this;
  withCopyContentToContainer(contents: { content: string; target: string }[]): this;
  withStartupTimeout(milliseconds: number): this;
  withLogConsumer(consumer: (log: NodeJS.ReadableStream) => unknown): this;
  start(): Promise<StartedContainer>;
}

/** A mock in its own container: like `connectMock`, but `close` stops the container. */
export interface ContainerMock extends ConnectedMock {
  readonly container: StartedContainer;
}

const longestStartMilliseconds = 60_000;
const pauseMilliseconds = 100;

/** How much of a container's log an error quotes: the end, which says why it stopped. */
const quotedCharacters = 2000;

/** Keeps the end of a container's log. */
function createLog() {
  let text = '';
  return {
    listen(stream: NodeJS.ReadableStream) {
      stream.on('data', (part) => {
        text = (text + part).slice(-quotedCharacters);
      });
    },
    end: () => text.trim(),
  };
}

/** Adds the container's log to an error: there the server says, for example, what is wrong with the seed. */
const withLog = (error: unknown, log: string): Error => {
  const { message } = error as Error;
  return log === '' ? (error as Error) : new Error(`${message}\nThe container logged:\n${log}`, { cause: error });
};

/** Waits until the server is ready, which an open port does not mean. */
export async function untilReady(url: string, timeoutMilliseconds: number): Promise<void> {
  const end = AbortSignal.timeout(timeoutMilliseconds);
  for (;;) {
    const status = await fetch(`${url}/readyz`, { signal: end }).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    if (end.aborted) throw new Error(`${url}/readyz: not ready within ${timeoutMilliseconds / 1000} s`);
    await wait(pauseMilliseconds);
  }
}

/**
 * Starts the mock in a container. Testcontainers is a parameter, so that any version works:
 * `startPingOneMock(GenericContainer, { seed })`.
 */
export async function startPingOneMock(
  GenericContainer: new (image: string) => ContainerBuilder,
  options: ContainerOptions = {},
): Promise<ContainerMock> {
  const { image, port, environment, contents } = containerSettings(options);
  const { startupTimeout = longestStartMilliseconds } = options;
  const log = createLog();
  const container = await new GenericContainer(image)
    .withExposedPorts(port)
    .withEnvironment(environment)
    .withCopyContentToContainer(contents)
    .withStartupTimeout(startupTimeout)
    .withLogConsumer(log.listen)
    .start()
    .catch((error: unknown) => {
      throw withLog(error, log.end());
    });
  const stop = async () => void (await container.stop());
  const url = `http://${container.getHost()}:${container.getMappedPort(port)}`;
  try {
    await untilReady(url, startupTimeout);
    return { ...(await connectMock(url)), container, close: stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw withLog(error, log.end());
  }
}
