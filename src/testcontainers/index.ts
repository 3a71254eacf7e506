/** The mock in a container, for Testcontainers: `import { startPingOneMock } from 'pingone-mock/testcontainers'`. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectMock } from '../library/connect-mock.js';
import type { ConnectedMock } from '../library/types.js';
import { type ContainerOptions, containerSettings } from './settings.js';

export { type ContainerOptions, type ContainerSettings, containerSettings } from './settings.js';

/** What is used of a started container of Testcontainers. */
export interface StartedContainer {
  getHost(): string;
  getMappedPort(port: number): number;
  stop(): Promise<unknown>;
}

/** What is used of `GenericContainer` of Testcontainers, in every version since 10. */
export interface ContainerBuilder {
  withExposedPorts(...ports: number[]): this;
  withEnvironment(environment: Record<string, string>): this;
  withCopyContentToContainer(contents: { content: string; target: string }[]): this;
  withStartupTimeout(milliseconds: number): this;
  withLogConsumer(consumer: (log: NodeJS.ReadableStream) => unknown): this;
  start(): Promise<StartedContainer>;
}

/** A mock in a container of its own: all that `connectMock` gives, and `close` stops the container. */
export interface ContainerMock extends ConnectedMock {
  readonly container: StartedContainer;
}

const longestStartMilliseconds = 60_000;
const pauseMilliseconds = 100;

/** How much of what a container wrote is told: the last of it is why it ended. */
const mostTold = 2000;

/** Keeps the end of what a container writes. */
function createLog() {
  let text = '';
  return {
    listen(stream: NodeJS.ReadableStream) {
      stream.on('data', (part) => {
        text = (text + part).slice(-mostTold);
      });
    },
    end: () => text.trim(),
  };
}

/** The reason of the engine, and the words of the server itself: a seed that is refused is told of there. */
const membersFromCertificate = (error: unknown, said: string): Error => {
  const { message } = error as Error;
  return said === '' ? (error as Error) : new Error(`${message}\nThe container said:\n${said}`, { cause: error });
};

/** A port that is open is not yet a server that is ready. */
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
 * Starts a container of the mock. Testcontainers is handed in, so that any version of it will do:
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
      throw membersFromCertificate(error, log.end());
    });
  const stop = async () => void (await container.stop());
  const url = `http://${container.getHost()}:${container.getMappedPort(port)}`;
  try {
    await untilReady(url, startupTimeout);
    return { ...(await connectMock(url)), container, close: stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw membersFromCertificate(error, log.end());
  }
}
