/** How to start the mock in a container. */
export interface ContainerOptions {
  /** The image (default: pingone-mock). */
  readonly image?: string;
  /** What the mock starts with, instead of the default seed. */
  readonly seed?: { readonly environments: readonly object[] };
  /** Settings by their variables, such as PINGONE_MOCK_AUTO_LOGIN. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long the start may take, in milliseconds (default: one minute). */
  readonly startupTimeout?: number;
}

/** What the container's builder needs. */
export interface ContainerSettings {
  readonly image: string;
  readonly port: number;
  readonly environment: Record<string, string>;
  readonly contents: { content: string; target: string }[];
}

/** Inside the container; outside, any free port is mapped to it. */
const port = 9400;

export function containerSettings({ image = 'pingone-mock', seed, settings = {} }: ContainerOptions): ContainerSettings {
  const unknown = Object.keys(settings).find((name) => !name.startsWith('PINGONE_MOCK_'));
  if (unknown !== undefined) throw new TypeError(`settings: unknown setting ${unknown}: names start with PINGONE_MOCK_`);
  // An engine may run on a machine of any name, and only tests reach its containers.
  const isGiven = Object.keys(settings).some((name) => /^PINGONE_MOCK_ALLOWED_HOSTS(_FILE)?$/.test(name));
  return {
    image,
    port,
    environment: {
      PINGONE_MOCK_LOG: 'json',
      ...(!isGiven && { PINGONE_MOCK_ALLOWED_HOSTS: '*' }),
      ...settings,
      PINGONE_MOCK_PORT: String(port),
      PINGONE_MOCK_HOST: '0.0.0.0',
    },
    // A file, since a variable may not exceed 128 kB.
    contents: seed === undefined ? [] : [{ content: JSON.stringify(seed), target: '/seed/seed.json' }],
  };
}
